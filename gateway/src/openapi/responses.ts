import type { ResourceSchema } from "../mapping/schema.ts";
import type { DocumentedRoute, OpenApi } from "./document.ts";
import type { BodyName } from "./operation.ts";

const mediaType = "application/scim+json";
/** Of bodies that are none of SCIM's. */
const otherMediaTypes: Partial<Record<BodyName, string>> = {
  OpenApi: "application/json",
  JsonSchema: "application/schema+json",
};
const text = { type: "string" };

const etag = { ETag: { description: "Version of the resource, as in meta.version.", schema: text } };
const location = { Location: { description: "Address of the resource.", schema: { type: "string", format: "uri" } } };
const retryAfter = { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" } } };
const challenge = { "WWW-Authenticate": { description: "As in RFC 6750 section 3.", schema: text } };

/** Errors by status: their names under components.responses, and what they say. */
const errors: Record<number, [name: string, description: string, headers?: OpenApi]> = {
  400: ["BadRequest", "The request is not valid. scimType and detail say why."],
  401: ["Unauthorized", "There is no token, or it is not valid.", challenge],
  403: ["Forbidden", "The token is not one for SCIM, or discovery was filtered.", challenge],
  404: ["NotFound", "There is no such resource, or the account has none of this kind."],
  409: ["Conflict", "Another resource has the value of a unique attribute."],
  412: ["PreconditionFailed", "The resource has another version than If-Match says, or one that If-None-Match says."],
  413: ["ContentTooLarge", "The body is too large, or has too many operations."],
  415: ["UnsupportedMediaType", "The body is not JSON, or is compressed."],
  429: ["TooManyRequests", "The token's requests exceed its rate.", retryAfter],
  500: ["InternalServerError", "The server failed. The detail has the trace id."],
  501: ["NotImplemented", "The server does not offer this."],
  503: ["ServiceUnavailable", "The server cannot answer at present.", retryAfter],
};

/** components.responses. */
export const errorResponses: OpenApi = Object.fromEntries(
  Object.values(errors).map(([name, description, headers]) => [
    name,
    {
      description,
      ...(headers && { headers }),
      content: { [mediaType]: { schema: { $ref: "#/components/schemas/Error" } } },
    },
  ]),
);

/** All answers of a route. */
export function responsesOf(route: DocumentedRoute, schemas: readonly ResourceSchema[]): OpenApi {
  const { method, operation } = route;
  const { answers, conditional = false } = operation;
  const successes = Object.entries(answers).map(([status, body]) => [status, success(status, body, route, schemas)]);
  const notModified = { 304: { description: "The resource still has this version.", headers: etag } };
  const failures = errorsOf(route).map((status) => [status, { $ref: `#/components/responses/${errors[status]?.[0]}` }]);
  return {
    ...Object.fromEntries(successes),
    ...(method === "GET" && conditional && notModified),
    ...Object.fromEntries(failures),
  };
}

function success(
  status: string,
  body: BodyName | "empty",
  route: DocumentedRoute,
  schemas: readonly ResourceSchema[],
): OpenApi {
  if (body === "empty") return { description: "It is done." };
  const isResource = schemas.some(({ kind }) => kind === body);
  const headers = { ...(isResource && etag), ...(status === "201" && location) };
  const schema = body === "ListResponse" ? listOf(route, schemas) : { $ref: `#/components/schemas/${body}` };
  return {
    description: status === "201" ? "The resource that was created." : "The answer.",
    ...(isResource && { headers }),
    content: { [otherMediaTypes[body] ?? mediaType]: { schema } },
  };
}

/** A list of what the route says it lists, or of every kind of resource. */
function listOf({ kind, operation }: DocumentedRoute, schemas: readonly ResourceSchema[]): OpenApi {
  const listed = operation.lists ?? (kind === undefined ? schemas.map((schema) => schema.kind) : [kind]);
  const refs = listed.map((name) => ({ $ref: `#/components/schemas/${name}` }));
  const items = refs.length === 1 ? refs[0] : { anyOf: refs };
  return {
    allOf: [
      { $ref: "#/components/schemas/ListResponse" },
      { type: "object", properties: { Resources: { type: "array", items } } },
    ],
  };
}

function errorsOf({ path, kind, operation }: DocumentedRoute): number[] {
  const { takes, conditional, errors: more = [] } = operation;
  const writes = takes === "User" || takes === "Group" || takes === "PatchOp";
  const found = [
    400,
    401,
    403,
    ...(kind !== undefined || path.includes(":") ? [404] : []),
    ...(writes ? [409] : []),
    ...(conditional ? [412] : []),
    ...(takes === undefined ? [] : [413, 415]),
    429,
    500,
    503,
    ...more,
  ];
  return [...new Set(found)].sort((a, b) => a - b);
}
