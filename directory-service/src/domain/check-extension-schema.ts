import type { ExtensionSchema } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { FieldViolation } from "@rollcall/runtime/status";
import { attributesViolations } from "./check-schema-attributes.ts";
import { type Fault, textFault } from "./field-faults.ts";
import { foldCase } from "./fold-case.ts";

/** All of an account's schemas fit into one answer then. */
const MAX_BYTES = 128 * 1_024;

/** All that is wrong with an extension schema, as far as it can be told without the others. */
export function extensionSchemaViolations(schema: ExtensionSchema): FieldViolation[] {
  const faults: Record<string, Fault> = {
    urn: urnFault(schema.urn),
    name: textFault(schema.name, 255, { required: true }),
    description: textFault(schema.description, 1_024),
    record_kinds: recordKindsFault(schema.recordKinds),
    attributes: sizeFault(schema),
  };
  const violations = Object.entries(faults).flatMap(([name, description]) =>
    description === undefined ? [] : [{ field: `extension_schema.${name}`, description }],
  );
  return [...violations, ...attributesViolations("extension_schema.attributes", schema.attributes)];
}

/**
 * What is wrong with a schema beside others of its account: where the URN of
 * one is the path of another's attribute, the path would mean two things.
 */
export function pathViolations(schema: Named, others: readonly Named[]): FieldViolation[] {
  const owner = others.find((other) => attributeAt(other, schema.urn) !== undefined);
  const violations = owner
    ? [{ field: "extension_schema.urn", description: `must not be the path of an attribute of ${owner.urn}.` }]
    : [];
  for (const { urn } of others) {
    const index = attributeAt(schema, urn);
    if (index !== undefined)
      violations.push({
        field: `extension_schema.attributes[${index}].name`,
        description: `must not make a path that is the URN of the schema ${urn}.`,
      });
  }
  return violations;
}

type Named = Pick<ExtensionSchema, "urn"> & { attributes: readonly { name: string }[] };

/** The index of the attribute that `path`, itself a URN, leads to. */
function attributeAt({ urn, attributes }: Named, path: string): number | undefined {
  const prefix = `${foldCase(urn)}:`;
  if (!foldCase(path).startsWith(prefix)) return undefined;
  const [name] = foldCase(path).slice(prefix.length).split(".");
  const index = attributes.findIndex((attribute) => foldCase(attribute.name) === name);
  return index < 0 ? undefined : index;
}

/** Whether a text has the form that URNs of extension schemas have: that of RFC 8141, without what filters cannot hold. */
export function isSchemaUrn(text: string): boolean {
  return text.length <= MAX_URN && URN.test(text);
}

const MAX_URN = 255;
const URN = /^urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9](:[a-z0-9]+((\.|[-_]+)[a-z0-9]+)*)+$/i;
/** What SCIM itself and its drafts have taken; the server knows schemas there. */
const TAKEN = ["urn:ietf:params:scim:", "urn:scim:schemas:"];

function urnFault(urn: string): Fault {
  if (!isSchemaUrn(urn))
    return `must be a URN such as "urn:example:scim:2.0:User": letters, digits and single ".", "-", "_" between colons, at most ${MAX_URN} characters.`;
  const prefix = TAKEN.find((taken) => foldCase(urn).startsWith(taken));
  return prefix && `must not begin with ${prefix}, which is not yours to name.`;
}

function recordKindsFault(kinds: readonly number[]): Fault {
  const known = [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP] as number[];
  const fine = kinds.length > 0 && new Set(kinds).size === kinds.length && kinds.every((kind) => known.includes(kind));
  return fine ? undefined : "must be SCIM_USER, SCIM_GROUP or both.";
}

function sizeFault({ attributes }: ExtensionSchema): Fault {
  return Buffer.byteLength(JSON.stringify(attributes)) > MAX_BYTES
    ? `must have at most ${MAX_BYTES} bytes in all.`
    : undefined;
}
