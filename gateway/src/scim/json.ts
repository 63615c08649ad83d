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

/** The body as an object. Anything else is 400 invalidSyntax, as is a name that is given twice. */
export function bodyObject(body: unknown): JsonObject {
  if (!isObject(body)) throw new ScimError(400, "invalidSyntax", "The body must be a JSON object.");
  refuseTwins(Object.keys(body));
  return body;
}

/**
 * Throws ScimError 400 invalidSyntax where two names differ in case alone: they
 * are the same (RFC 7643 section 2.1), and only one of their values could count.
 */
export function refuseTwins(names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const key = name.toLowerCase();
    const first = seen.get(key);
    if (first !== undefined) throw new ScimError(400, "invalidSyntax", `${first} is given twice.`);
    seen.set(key, name);
  }
}

/** The own property whose name matches in any case, of an object without twins. `name` is in lower case. */
export function property(object: JsonObject, name: string): unknown {
  for (const key of Object.keys(object)) {
    if (key.toLowerCase() === name) return object[key];
  }
  return undefined;
}
