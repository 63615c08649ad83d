import {
  type ExtensionSchema,
  type SchemaAttribute,
  SchemaAttributeMutability,
  SchemaAttributeReturned,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Attribute, type AttributeType, attribute } from "./attribute.ts";
import { type ResourceKind, type ResourceSchema, resourceSchema, type Section } from "./schema.ts";

/** A schema with the extensions that an account has defined for its kind of resource. */
export function withAccountSchemas(schema: ResourceSchema, defined: readonly ExtensionSchema[]): ResourceSchema {
  const own = defined.filter(({ recordKinds }) => recordKinds.includes(recordKindOf[schema.kind])).map(accountSection);
  return own.length === 0 ? schema : resourceSchema({ ...schema, extensions: [...schema.extensions, ...own] });
}

const recordKindOf: Record<ResourceKind, ScimRecordKind> = {
  User: ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER,
  Group: ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP,
};

/** The section that an account's definition comes to. */
export function accountSection({ urn, name, description, attributes }: ExtensionSchema): Section {
  return {
    urn,
    aliases: [],
    name,
    description,
    extension: true,
    open: false,
    attributes: attributes.map((definition) => accountAttribute(definition, `${urn}:${definition.name}`, true)),
  };
}

/** A row whose values are kept under their own names in the record's extensions. `isReadable`: as what it is a part of. */
function accountAttribute(definition: SchemaAttribute, path: string, isReadable: boolean): Attribute {
  const { name, description, multiValued, required, canonicalValues, referenceTypes } = definition;
  const type = typeOf[definition.type] ?? "string";
  const mutability = mutabilityOf[definition.mutability] ?? "readWrite";
  // Who cannot read a value must not find it out by comparing.
  const filterable = isReadable && mutability !== "writeOnly";
  return attribute(name, type, description, {
    path,
    multiValued,
    required,
    canonicalValues,
    referenceTypes,
    caseExact: type === "string" ? definition.caseExact : exactTypes.has(type),
    mutability,
    filterable,
    returned: returnedOf[definition.returned] ?? "default",
    subAttributes: definition.subAttributes.map((sub) => accountAttribute(sub, sub.name, filterable)),
  });
}

const typeOf: Partial<Record<SchemaAttributeType, AttributeType>> = {
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_STRING]: "string",
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_BOOLEAN]: "boolean",
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_DECIMAL]: "decimal",
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_INTEGER]: "integer",
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_DATE_TIME]: "dateTime",
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_REFERENCE]: "reference",
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_BINARY]: "binary",
  [SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_COMPLEX]: "complex",
};

// RFC 7643 sections 2.3.6 and 2.3.7.
const exactTypes: ReadonlySet<AttributeType> = new Set(["binary", "reference"]);

const mutabilityOf: Partial<Record<SchemaAttributeMutability, Attribute["mutability"]>> = {
  [SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE]: "immutable",
  [SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_WRITE_ONLY]: "writeOnly",
};

const returnedOf: Partial<Record<SchemaAttributeReturned, Attribute["returned"]>> = {
  [SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_ALWAYS]: "always",
  [SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_REQUEST]: "request",
  [SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_NEVER]: "never",
};
