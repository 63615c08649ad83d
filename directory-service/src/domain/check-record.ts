import { status } from "@grpc/grpc-js";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { type Attributes, attributeOf, type RecordSchema, valueAt } from "./attributes.ts";
import { isEmpty } from "./empty-values.ts";

/** Elements of a multi-valued attribute at most, so that neither a record nor the work on it grows without end. */
export const MAX_ELEMENTS = 100;

/** Attributes of one extension at most. */
const MAX_EXTENSION_ATTRIBUTES = 1_000;

/**
 * Throws unless a whole record has what it must have and nothing that the
 * database cannot hold.
 *
 * @throws StatusError REQUIRED_ATTRIBUTE_MISSING, FIELD_INVALID
 */
export function checkRecord(schema: RecordSchema, attributes: Attributes): void {
  const { key, path } = schema.required;
  if (isEmpty(attributes[key]))
    throw new StatusError(status.INVALID_ARGUMENT, "REQUIRED_ATTRIBUTE_MISSING", `${path} must have a value.`, {
      metadata: { attribute: path },
    });
  const tooLong = Object.entries(schema.limits).filter(([path, limit]) => lengthAt(schema, attributes, path) > limit);
  if (tooLong.length > 0)
    throw fieldInvalid(
      tooLong.map(([field, limit]) => ({ field, description: `must have at most ${limit} characters.` })),
    );
  for (const [path, attribute] of Object.entries(schema.attributes))
    if (attribute.shape === "list") checkElements(path, valueAt(attributes, attribute.path) as unknown[] | undefined);
  for (const [urn, extension] of Object.entries((attributes["extensions"] ?? {}) as Attributes))
    if (Object.keys(extension as Attributes).length > MAX_EXTENSION_ATTRIBUTES)
      throw fieldInvalid([{ field: urn, description: `must have at most ${MAX_EXTENSION_ATTRIBUTES} attributes.` }]);
  const unstorable = pathOfNul(attributes);
  if (unstorable) throw fieldInvalid([{ field: unstorable, description: "must not contain U+0000." }]);
}

/** @throws StatusError FIELD_INVALID where a list has more elements than it may. */
export function checkElements(path: string, list: readonly unknown[] | undefined): void {
  if (list && list.length > MAX_ELEMENTS)
    throw fieldInvalid([{ field: path, description: `must have at most ${MAX_ELEMENTS} elements.` }]);
}

function lengthAt(schema: RecordSchema, attributes: Attributes, path: string): number {
  const [top, sub] = attributeOf(schema, path) ? [path, []] : [path.slice(0, path.lastIndexOf(".")), ["value"]];
  const value = valueAt(attributes, [...(attributeOf(schema, top)?.path ?? []), ...sub]);
  return typeof value === "string" ? value.length : 0;
}

/** Where a document has U+0000, which neither text nor jsonb of PostgreSQL can hold. */
function pathOfNul(value: unknown): string | undefined {
  if (typeof value === "string") return value.includes("\u0000") ? "" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const below = key.includes("\u0000") ? "" : pathOfNul(inner);
    if (below !== undefined) return [snakeCase(key), below].filter(Boolean).join(".");
  }
  return undefined;
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll("\u0000", "");
}
