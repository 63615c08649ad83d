import type { Attribute, AttributeType } from "../mapping/attribute.ts";
import { everyResource } from "../mapping/every-resource.ts";
import type { ResourceSchema, Section } from "../mapping/schema.ts";
import { serviceSchemas } from "../mapping/service-schemas.ts";
import type { OpenApi } from "./document.ts";

/** components.schemas of what has a SCIM schema: users, groups and the documents of discovery. */
export function resourceSchemas(schemas: readonly ResourceSchema[]): OpenApi {
  return Object.fromEntries([
    ...schemas.map((schema) => [schema.kind, resourceObject(schema)]),
    ...serviceSchemas.map((section) => [section.name, serviceObject(section)]),
  ]);
}

function resourceObject({ description, everyResource: every, core, extensions }: ResourceSchema): OpenApi {
  const own = Object.fromEntries(extensions.map((section) => [section.urn, extensionObject(section)]));
  return {
    ...objectOf(description, [...every, ...core.attributes]),
    properties: { ...propertiesOf([...every, ...core.attributes]), ...own },
  };
}

function extensionObject({ description, open, attributes }: Section): OpenApi {
  return { ...objectOf(description, attributes), additionalProperties: open };
}

function serviceObject({ description, attributes }: Section): OpenApi {
  const every = everyResource.filter(({ name }) => name === "schemas" || name === "meta");
  return objectOf(description, [...every, ...attributes]);
}

function objectOf(description: string, attributes: readonly Attribute[]): OpenApi {
  const required = attributes.filter((row) => row.name === "id").map(({ name }) => name);
  return {
    type: "object",
    ...(description !== "" && { description }),
    properties: propertiesOf(attributes),
    ...(required.length > 0 && { required }),
  };
}

function propertiesOf(attributes: readonly Attribute[]): OpenApi {
  return Object.fromEntries(attributes.map((row) => [row.name, propertyOf(row)]));
}

function propertyOf(row: Attribute): OpenApi {
  const { description, multiValued, maxElements } = row;
  const about = { ...(description !== "" && { description }), ...accessOf(row) };
  const value = row.type === "complex" ? complexOf(row) : scalarOf(row);
  return multiValued
    ? { type: "array", ...about, items: value, ...(isSent(row) && { maxItems: maxElements }) }
    : { ...value, ...about };
}

function complexOf({ subAttributes }: Attribute): OpenApi {
  const required = subAttributes.filter((sub) => sub.required && isSent(sub)).map(({ name }) => name);
  return { type: "object", properties: propertiesOf(subAttributes), ...(required.length > 0 && { required }) };
}

function scalarOf(row: Attribute): OpenApi {
  const type = types[row.type];
  const isText = type["type"] === "string" && row.type !== "dateTime";
  return {
    ...type,
    ...(isText && isSent(row) && { maxLength: row.maxLength }),
    // Advice, so no enum: other values are accepted.
    ...(row.canonicalValues.length > 0 && { examples: row.canonicalValues }),
  };
}

const types: Record<AttributeType, OpenApi> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  decimal: { type: "number" },
  integer: { type: "integer" },
  dateTime: { type: "string", format: "date-time" },
  reference: { type: "string" },
  binary: { type: "string", contentEncoding: "base64" },
  complex: { type: "object" },
  any: {},
};

/** `schemas` is made by the server, and sent by clients all the same. */
function isSent({ name, mutability }: Attribute): boolean {
  return mutability !== "readOnly" || name === "schemas";
}

function accessOf(row: Attribute): OpenApi {
  if (!isSent(row)) return { readOnly: true };
  return row.mutability === "writeOnly" || row.returned === "never" ? { writeOnly: true } : {};
}
