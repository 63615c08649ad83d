import { ScimError } from "./error.ts";

/** A parsed query string. A parameter that is given twice is a list. */
export type Query = Readonly<Record<string, unknown>>;

/** The text of a parameter. Undefined: not given. Throws ScimError 400 invalidValue where it is given twice. */
export function textParameter(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw new ScimError(400, "invalidValue", `${name} must be given once.`);
  return value;
}
