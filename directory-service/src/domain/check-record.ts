import { status } from "@grpc/grpc-js";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { type Attributes, attributeOf, type RecordSchema, valueAt } from "./attributes.ts";
import { isEmpty } from "./empty-values.ts";

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
  const unstorable = pathOfNul(attributes);
  if (unstorable) throw fieldInvalid([{ field: unstorable, description: "must not contain U+0000." }]);
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
