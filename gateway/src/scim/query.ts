import { ScimError } from "./error.ts";

/** The parameters of a request, from its URL or from a SearchRequest. One that is given twice is a list. */
export type Query = Readonly<Record<string, unknown>>;

/** What a query may ask with (RFC 7644 table 3 in section 3.4.2, RFC 9865 section 2), as attribute names of a SearchRequest. */
export const parameterNames = [
  "attributes",
  "excludedAttributes",
  "filter",
  "sortBy",
  "sortOrder",
  "startIndex",
  "count",
  "cursor",
] as const;

const byFoldedName = new Map(parameterNames.map((name) => [name.toLowerCase(), name]));

/** A parameter's name as the RFC writes it. Undefined: it is none of the RFC's. */
export function parameterName(name: string): (typeof parameterNames)[number] | undefined {
  return byFoldedName.get(name.toLowerCase());
}

/**
 * The parameters of a URL under the RFC's names: a `Filter` that was ignored
 * would list everybody. Parameters of clients' own are left out.
 */
export function urlQuery(parameters: Query): Query {
  const query: Record<string, unknown> = {};
  for (const key of Object.keys(parameters)) {
    const name = parameterName(key);
    if (name === undefined) continue;
    query[name] = query[name] === undefined ? parameters[key] : [query[name], parameters[key]].flat();
  }
  return query;
}

/** The text of a parameter. Undefined: not given. Throws ScimError 400 invalidValue where it is given twice. */
export function textParameter(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw new ScimError(400, "invalidValue", `${name} must be given once.`);
  return value;
}
