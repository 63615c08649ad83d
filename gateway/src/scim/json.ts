import { ScimError } from "./error.ts";

/** A parsed JSON object, to be read only. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Null, "" and [] all say that an attribute has no value (RFC 7643 section 2.5). */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** The body as an object. Anything else is 400 invalidSyntax. */
export function bodyObject(body: unknown): JsonObject {
  if (!isObject(body)) throw new ScimError(400, "invalidSyntax", "The body must be a JSON object.");
  return body;
}

/** The own property whose name matches in any case. `name` is in lower case. */
export function property(object: JsonObject, name: string): unknown {
  for (const key of Object.keys(object)) {
    if (key.toLowerCase() === name) return object[key];
  }
  return undefined;
}
