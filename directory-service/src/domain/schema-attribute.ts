import {
  type SchemaAttribute,
  SchemaAttributeMutability,
  SchemaAttributeReturned,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";

const { SCHEMA_ATTRIBUTE_MUTABILITY_READ_WRITE: READ_WRITE, SCHEMA_ATTRIBUTE_MUTABILITY_WRITE_ONLY: WRITE_ONLY } =
  SchemaAttributeMutability;
const { SCHEMA_ATTRIBUTE_RETURNED_DEFAULT: DEFAULT, SCHEMA_ATTRIBUTE_RETURNED_NEVER: NEVER } = SchemaAttributeReturned;

/** An attribute's definition with what holds where it says nothing. */
export function completeAttribute(attribute: SchemaAttribute): SchemaAttribute {
  return {
    ...attribute,
    caseExact: attribute.caseExact || isAlwaysExact(attribute.type),
    mutability: attribute.mutability || (isSecret(attribute) ? WRITE_ONLY : READ_WRITE),
    returned: attribute.returned || (isSecret(attribute) ? NEVER : DEFAULT),
    subAttributes: attribute.subAttributes.map(completeAttribute),
  };
}

/** Whether nobody may read the attribute's values: one that says WRITE_ONLY or NEVER is both. */
export function isSecret({ mutability, returned }: SchemaAttribute): boolean {
  return mutability === WRITE_ONLY || returned === NEVER;
}

/** RFC 7643 section 7: what can only be written is never returned. What can be read is returned at least on request. */
export function isHalfSecret(attribute: SchemaAttribute): boolean {
  const { mutability, returned } = completeAttribute(attribute);
  return (mutability === WRITE_ONLY) !== (returned === NEVER);
}

/** RFC 7643 sections 2.3.6 and 2.3.7: binary values and references have no case to disregard. */
export function isAlwaysExact(type: SchemaAttributeType): boolean {
  return (
    type === SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_REFERENCE ||
    type === SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_BINARY
  );
}

/**
 * What an update would take away from the values that records may have, in
 * sentences that begin with the attribute's path.
 */
export function attributeLosses(
  current: readonly SchemaAttribute[],
  next: readonly SchemaAttribute[],
): AttributeLoss[] {
  return current.flatMap((before) => {
    const after = next.find(({ name }) => name === before.name);
    if (!after) return [{ attribute: before.name, sentence: `${before.name} cannot be taken away or renamed.` }];
    const kept = KEPT.filter(({ key }) => before[key] !== after[key]).map(({ field }) => ({
      attribute: before.name,
      sentence: `${before.name} keeps its ${field}.`,
    }));
    // Its values were given on the word that nobody would read them.
    if (isSecret(before) && !isSecret(after))
      kept.push({ attribute: before.name, sentence: `${before.name} stays WRITE_ONLY.` });
    const below = attributeLosses(before.subAttributes, after.subAttributes).map(({ attribute, sentence }) => ({
      attribute: `${before.name}.${attribute}`,
      sentence: `${before.name}.${sentence}`,
    }));
    return [...kept, ...below];
  });
}

/** An attribute whose values would no longer be true, and why. */
export interface AttributeLoss {
  attribute: string;
  sentence: string;
}

const KEPT = [
  { key: "type", field: "type" },
  { key: "multiValued", field: "multi_valued" },
  { key: "caseExact", field: "case_exact" },
] as const;
