import type {
  ExtensionSchema,
  SchemaAttribute,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { SchemaAttributeType } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { CUSTOM_FIELDS_URN, groupVariables, type Json, open, userVariables } from "../variables.ts";
import { FLAG, listOf, NUMBER, type ObjectType, orNull, TEXT, type Type, UNKNOWN } from "./type.ts";

/** What is known of an account's extensions. */
export type AccountSchemas = readonly Pick<ExtensionSchema, "urn" | "recordKinds" | "attributes">[];

/**
 * The variables of a kind's rules with their types. Without the account's
 * schemas any URN may be there.
 */
export function variableTypes(kind: ScimRecordKind, schemas: AccountSchemas | undefined): Map<string, Type> {
  const shape = kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER ? userVariables : groupVariables;
  const extensions = extensionsType(kind, schemas);
  return new Map(Object.entries(shape).map(([name, value]) => [name, typeOf(name, value, extensions)]));
}

/** The type that a shape of variables.ts stands for. */
function typeOf(name: string, shape: Json, extensions: (name: string) => Type): Type {
  if (shape === open) return name.endsWith(".extensions") ? extensions(name) : openObject(name);
  // `active` may never have been sent.
  if (shape === null) return orNull(FLAG);
  if (Array.isArray(shape)) return listOf(typeOf(`an element of ${name}`, shape[0] ?? null, extensions));
  if (typeof shape === "object") {
    const fields = Object.entries(shape).map(
      ([field, value]) => [field, typeOf(`${name}.${field}`, value, extensions)] as const,
    );
    return { kind: "object", name, fields: new Map(fields), open: undefined, partial: false };
  }
  return typeof shape === "boolean" ? FLAG : typeof shape === "number" ? NUMBER : TEXT;
}

function extensionsType(kind: ScimRecordKind, schemas: AccountSchemas | undefined): (name: string) => Type {
  if (!schemas) return openObject;
  return (name) => {
    const fields = new Map<string, Type>([[CUSTOM_FIELDS_URN, orNull(openObject(`${name}["${CUSTOM_FIELDS_URN}"]`))]]);
    for (const { urn, recordKinds, attributes } of schemas)
      if (recordKinds.includes(kind)) fields.set(urn, orNull(attributesType(`${name}["${urn}"]`, attributes)));
    return { kind: "object", name, fields, open: undefined, partial: true };
  };
}

function openObject(name: string): ObjectType {
  return { kind: "object", name, fields: new Map(), open: UNKNOWN, partial: true };
}

/** A record may lack any attribute. */
function attributesType(name: string, attributes: readonly SchemaAttribute[]): Type {
  const fields = attributes.map((attribute) => {
    const path = `${name}.${attribute.name}`;
    const one = attributeType(attribute.multiValued ? `an element of ${path}` : path, attribute);
    return [attribute.name, orNull(attribute.multiValued ? listOf(one) : one)] as const;
  });
  return { kind: "object", name, fields: new Map(fields), open: undefined, partial: true };
}

function attributeType(name: string, { type, subAttributes }: SchemaAttribute): Type {
  switch (type) {
    case SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_BOOLEAN:
      return FLAG;
    case SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_DECIMAL:
    case SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_INTEGER:
      return NUMBER;
    case SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_COMPLEX:
      return attributesType(name, subAttributes);
    default:
      return TEXT;
  }
}
