import { status } from "@grpc/grpc-js";
import { type FieldViolation, fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { type Attribute, type Attributes, type Field, MAX_TEXT, type RecordSchema, valueAt } from "./attributes.ts";
import { isLongerThan } from "./characters.ts";
import { isEmpty } from "./empty-values.ts";

/** Elements of a list at most, so that neither a record nor the work on it grows without end. */
export const MAX_ELEMENTS = 100;

/** Attributes of one extension at most. */
const MAX_EXTENSION_ATTRIBUTES = 1_000;

/** Longest name of an extension's attribute, in characters. */
const MAX_NAME = 128;

/** Of all attributes together as JSON, members and groups apart. Many requests may each add a little. */
const MAX_DOCUMENT_MIB = 1;

/**
 * Throws unless a whole record has what it must have, is within its limits and
 * has nothing that the database cannot hold.
 *
 * @throws StatusError REQUIRED_ATTRIBUTE_MISSING, FIELD_INVALID
 */
export function checkRecord(schema: RecordSchema, attributes: Attributes): void {
  const { key, path } = schema.required;
  if (isEmpty(attributes[key]))
    throw new StatusError(status.INVALID_ARGUMENT, "REQUIRED_ATTRIBUTE_MISSING", `${path} must have a value.`, {
      metadata: { attribute: path },
    });
  const violations = Object.entries(schema.attributes).flatMap(([path, attribute]) =>
    attributeViolations(path, attribute, valueAt(attributes, attribute.path)),
  );
  const extensions = Object.entries((attributes["extensions"] ?? {}) as Record<string, Attributes>);
  for (const [urn, extension] of extensions) violations.push(...extensionViolations(urn, extension));
  if (violations.length > 0) throw fieldInvalid(violations);
  checkSize(attributes);
  const unstorable = pathOfNul(attributes);
  if (unstorable) throw fieldInvalid([{ field: unstorable, description: "must not contain U+0000." }]);
}

/** @throws StatusError FIELD_INVALID where a list has more elements than it may. */
export function checkElements(path: string, list: readonly unknown[]): void {
  const violations = listViolations(path, list);
  if (violations.length > 0) throw fieldInvalid(violations);
}

/** The fault is of the whole record: no attribute of it is named. */
function checkSize(attributes: Attributes): void {
  if (Buffer.byteLength(JSON.stringify(attributes)) > MAX_DOCUMENT_MIB * 1_024 * 1_024)
    throw new StatusError(
      status.INVALID_ARGUMENT,
      "FIELD_INVALID",
      `All attributes of a record together must have at most ${MAX_DOCUMENT_MIB} MiB as JSON.`,
    );
}

function attributeViolations(path: string, attribute: Attribute, value: unknown): FieldViolation[] {
  if (value === undefined) return [];
  switch (attribute.shape) {
    case "scalar":
      return textViolations(path, value, attribute.maxLength);
    case "complex":
      return fieldViolations(path, attribute.fields, value as Attributes);
    case "list": {
      const tooMany = listViolations(path, value as unknown[]);
      if (tooMany.length > 0) return tooMany;
      return (value as Attributes[]).flatMap((element, index) =>
        fieldViolations(`${path}[${index}]`, attribute.fields, element),
      );
    }
    case "json":
      return jsonViolations(path, value);
  }
}

function fieldViolations(path: string, fields: Readonly<Record<string, Field>>, value: Attributes): FieldViolation[] {
  return Object.entries(fields).flatMap(([name, { key, maxLength }]) =>
    textViolations(`${path}.${name}`, value[key], maxLength),
  );
}

function textViolations(field: string, value: unknown, limit: number): FieldViolation[] {
  if (typeof value !== "string" || !isLongerThan(limit, value)) return [];
  return [{ field, description: `must have at most ${limit} characters.` }];
}

function listViolations(field: string, list: readonly unknown[]): FieldViolation[] {
  return list.length > MAX_ELEMENTS ? [{ field, description: `must have at most ${MAX_ELEMENTS} elements.` }] : [];
}

function extensionViolations(urn: string, extension: Attributes): FieldViolation[] {
  if (Object.keys(extension).length > MAX_EXTENSION_ATTRIBUTES)
    return [{ field: urn, description: `must have at most ${MAX_EXTENSION_ATTRIBUTES} attributes.` }];
  return Object.entries(extension).flatMap(([name, value]) => memberViolations(urn, ":", name, value));
}

/** The texts and lists of a value without a schema, at any depth. */
function jsonViolations(path: string, value: unknown): FieldViolation[] {
  if (typeof value !== "object" || value === null) return textViolations(path, value, MAX_TEXT);
  if (!Array.isArray(value))
    return Object.entries(value).flatMap(([name, inner]) => memberViolations(path, ".", name, inner));
  const tooMany = listViolations(path, value);
  return tooMany.length > 0 ? tooMany : value.flatMap((inner, index) => jsonViolations(`${path}[${index}]`, inner));
}

function memberViolations(path: string, separator: string, name: string, value: unknown): FieldViolation[] {
  if (isLongerThan(MAX_NAME, name))
    return [{ field: path, description: `must have names of at most ${MAX_NAME} characters.` }];
  return jsonViolations(`${path}${separator}${name}`, value);
}

/** Where a document has U+0000, which neither text nor jsonb of PostgreSQL can hold. */
function pathOfNul(value: unknown): string | undefined {
  if (typeof value === "string") return value.includes("\u0000") ? "" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const below = key.includes("\u0000") ? "" : pathOfNul(inner);
    if (below === undefined) continue;
    const place = Array.isArray(value) ? `[${key}]` : snakeCase(key);
    return below === "" || below.startsWith("[") ? place + below : `${place}.${below}`;
  }
  return undefined;
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll("\u0000", "");
}
