import { ScimError } from "./error.ts";
import { bodyObject, type JsonObject, property } from "./json.ts";
import { parameterName, parameterNames, type Query } from "./query.ts";
import { suggestion } from "./suggest.ts";

const searchRequest = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/**
 * The parameters in the body of a POST to /.search (RFC 7644 section 3.4.3), as
 * those of a URL. Names match in any case. Throws ScimError 400: invalidSyntax
 * for a body of another form, invalidValue for a value of another type.
 */
export function searchQuery(body: unknown): Query {
  const request = bodyObject(body);
  checkSchemas(request);
  const query: Record<string, unknown> = {};
  for (const key of Object.keys(request)) {
    if (key.toLowerCase() === "schemas") continue;
    const name = parameterName(key);
    if (name === undefined)
      throw new ScimError(
        400,
        "invalidSyntax",
        `${key} is not an attribute of SearchRequest.${suggestion(key, parameterNames)}`,
      );
    // Null and unassigned are the same (RFC 7643 section 2.5).
    if (request[key] !== null) query[name] = parameterOf(name, request[key]);
  }
  return query;
}

/** Bodies without `schemas` are taken, as everywhere; one of another message is not a search. */
function checkSchemas(request: JsonObject): void {
  const raw = property(request, "schemas");
  if (raw === undefined || raw === null) return;
  const urns = Array.isArray(raw) ? raw : [raw];
  if (urns.some((urn) => typeof urn === "string" && urn.toLowerCase() === searchRequest.toLowerCase())) return;
  throw new ScimError(400, "invalidSyntax", `schemas must have ${searchRequest}.`);
}

function parameterOf(name: string, value: unknown): unknown {
  switch (name) {
    case "attributes":
    case "excludedAttributes":
      if (typeof value === "string" || (Array.isArray(value) && value.every((text) => typeof text === "string")))
        return value;
      throw new ScimError(400, "invalidValue", `${name} must be a list of names.`);
    case "startIndex":
    case "count":
      // As text the numbers of a URL and of a body are read by the same rules.
      if (typeof value === "string" || typeof value === "number") return String(value);
      throw new ScimError(400, "invalidValue", `${name} must be an integer.`);
    default:
      if (typeof value === "string") return value;
      throw new ScimError(400, "invalidValue", `${name} must be a string.`);
  }
}
