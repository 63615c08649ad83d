import {
  type SchemaAttribute,
  SchemaAttributeMutability,
  SchemaAttributeReturned,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import type { FieldViolation } from "@rollcall/runtime/status";
import { type Fault, textFault } from "./field-faults.ts";
import { foldCase } from "./fold-case.ts";
import { isAlwaysExact, isHalfSecret } from "./schema-attribute.ts";

const MAX_ATTRIBUTES = 100;
const MAX_SUB_ATTRIBUTES = 50;
const MAX_CANONICAL_VALUES = 100;

/** All that is wrong with the attributes of an extension schema (RFC 7643 section 7). `field` is the list's path. */
export function attributesViolations(field: string, attributes: readonly SchemaAttribute[]): FieldViolation[] {
  return listViolations(field, attributes, MAX_ATTRIBUTES, (path, attribute) => [
    ...attributeViolations(path, attribute, TYPES),
    ...subAttributesViolations(`${path}.sub_attributes`, attribute),
  ]);
}

function subAttributesViolations(field: string, { type, multiValued, subAttributes }: SchemaAttribute) {
  if (type !== SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_COMPLEX)
    return subAttributes.length > 0 ? [{ field, description: "is for COMPLEX only." }] : [];
  return listViolations(field, subAttributes, MAX_SUB_ATTRIBUTES, (path, sub) => {
    const violations = attributeViolations(path, sub, SIMPLE_TYPES);
    if (sub.subAttributes.length > 0)
      violations.push({
        field: `${path}.sub_attributes`,
        description: "must be empty: complex values hold simple ones.",
      });
    if (multiValued && sub.mutability === SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE)
      violations.push({
        field: `${path}.mutability`,
        description: "must not be IMMUTABLE inside a multi-valued attribute, whose elements come and go.",
      });
    return violations;
  });
}

function listViolations(
  field: string,
  list: readonly SchemaAttribute[],
  max: number,
  check: (path: string, attribute: SchemaAttribute) => FieldViolation[],
): FieldViolation[] {
  if (list.length === 0 || list.length > max) return [{ field, description: `must have 1 to ${max} elements.` }];
  const seen = new Set<string>();
  return list.flatMap((attribute, index) => {
    const path = `${field}[${index}]`;
    const key = foldCase(attribute.name);
    const violations = check(path, attribute);
    if (seen.has(key))
      violations.push({ field: `${path}.name`, description: "must not be another's, in any letter case." });
    seen.add(key);
    return violations;
  });
}

const TYPES: readonly number[] = Object.values<number>(SchemaAttributeType).filter((type) => type > 0);
const SIMPLE_TYPES = TYPES.filter((type) => type !== SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_COMPLEX);

function attributeViolations(path: string, attribute: SchemaAttribute, types: readonly number[]): FieldViolation[] {
  const faults: Record<string, Fault> = {
    name: nameFault(attribute.name),
    type: types.includes(attribute.type) ? undefined : typeFault(types),
    description: textFault(attribute.description, 1_024),
    case_exact: caseExactFault(attribute),
    mutability: isKnown(attribute.mutability, SchemaAttributeMutability),
    returned: isKnown(attribute.returned, SchemaAttributeReturned) ?? secretFault(attribute),
    canonical_values: canonicalValuesFault(attribute.canonicalValues),
    reference_types: referenceTypesFault(attribute),
  };
  return Object.entries(faults).flatMap(([name, description]) =>
    description === undefined ? [] : [{ field: `${path}.${name}`, description }],
  );
}

const RESERVED = new Set(["schemas", "id", "meta", "constructor", "prototype"]);

function nameFault(name: string): Fault {
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name))
    return 'must be a letter and then letters, digits, "-" and "_", at most 64 characters in all.';
  return RESERVED.has(foldCase(name)) ? `must not be one of ${[...RESERVED].join(", ")}.` : undefined;
}

function typeFault(types: readonly number[]): Fault {
  return types === TYPES
    ? "must be one of the contract's types."
    : "must be one of the contract's types, and not COMPLEX.";
}

function caseExactFault({ caseExact, type }: SchemaAttribute): Fault {
  const settable = type === SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_STRING || isAlwaysExact(type);
  return caseExact && !settable ? "is for texts only." : undefined;
}

/** Unspecified is the default. */
function isKnown(value: number, values: Record<string, number>): Fault {
  return Object.values(values).includes(value) && value >= 0 ? undefined : "must be one of the contract's values.";
}

function secretFault(attribute: SchemaAttribute): Fault {
  return isHalfSecret(attribute) ? "must be NEVER where mutability is WRITE_ONLY, and only there." : undefined;
}

function canonicalValuesFault(values: readonly string[]): Fault {
  if (values.length > MAX_CANONICAL_VALUES) return `must have at most ${MAX_CANONICAL_VALUES} elements.`;
  return values.map((value) => textFault(value, 255, { required: true })).find((fault) => fault !== undefined);
}

const REFERENCE_TYPES = ["external", "uri", "User", "Group"];

function referenceTypesFault({ type, referenceTypes }: SchemaAttribute): Fault {
  if (referenceTypes.length === 0) return undefined;
  if (type !== SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_REFERENCE) return "is for REFERENCE only.";
  const known = referenceTypes.every((name) => REFERENCE_TYPES.includes(name));
  return known && new Set(referenceTypes).size === referenceTypes.length
    ? undefined
    : `must name each of ${REFERENCE_TYPES.join(", ")} once at most, and nothing else.`;
}
