import type { ResourceKind, ResourceSchema } from "../mapping/schema.ts";
import { messageSchemas } from "./messages.ts";
import type { Operation } from "./operation.ts";
import { parameterRefs, pathParameters, queryParameters } from "./parameters.ts";
import { resourceSchemas } from "./resources.ts";
import { errorResponses, responsesOf } from "./responses.ts";

/** A row of the route table, as far as the document shows it. */
export interface DocumentedRoute {
  method: string;
  /** Below the base URL, e.g. "/Users/:id". */
  path: string;
  access: "scim" | "open";
  kind?: ResourceKind;
  limits?: { bytes: number };
  operation: Operation;
}

/** What is documented, and for whom. */
export interface DocumentOptions {
  routes: readonly DocumentedRoute[];
  /** One for each kind of resource that the client is served. */
  schemas: readonly ResourceSchema[];
  /** Without a slash at its end. */
  baseUrl: string;
  version: string;
  /** Resources on a page at most. */
  maxPageSize: number;
  /** Operations of one Bulk request at most. */
  maxBulkOperations: number;
  /** Bytes of a body where a route does not say. */
  maxBytes: number;
}

/** A part of an OpenAPI document. */
export type OpenApi = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document of what a client is served, made from the tables that
 * serve it: routes, attributes, errors and limits.
 */
export function openApiDocument(options: DocumentOptions): OpenApi {
  const { schemas, baseUrl, version } = options;
  const kinds = schemas.map(({ kind }) => kind);
  const routes = options.routes.filter(({ kind }) => kind === undefined || kinds.includes(kind));
  return {
    openapi: "3.1.0",
    info: {
      title: "Rollcall SCIM",
      version,
      summary: "A SCIM 2.0 service provider (RFC 7643, 7644, 9865).",
      description: "Schemas show attributes as this client may send and see them. Names match in any letter case.",
      license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
    },
    servers: [{ url: baseUrl }],
    tags: tags.filter(({ name }) => routes.some((route) => tagOf(route) === name)),
    paths: pathsOf(routes, options),
    components: {
      schemas: { ...resourceSchemas(schemas), ...messageSchemas(options) },
      parameters: queryParameters(options),
      responses: errorResponses,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A token with scope scim, as an owner issues it." },
      },
    },
  };
}

const tags = [
  { name: "Users", description: "Users (RFC 7643 section 4.1)." },
  { name: "Groups", description: "Groups (RFC 7643 section 4.2)." },
  { name: "Resources", description: "All kinds of resource together." },
  { name: "Discovery", description: "What the server offers. With a token: to the token's account." },
];

function tagOf({ kind, access }: DocumentedRoute): string {
  if (kind !== undefined) return `${kind}s`;
  return access === "open" ? "Discovery" : "Resources";
}

function pathsOf(routes: readonly DocumentedRoute[], options: DocumentOptions): OpenApi {
  const paths: Record<string, OpenApi> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, options) };
  }
  return paths;
}

function operationOf(route: DocumentedRoute, options: DocumentOptions): OpenApi {
  const { operation, access } = route;
  const parameters = [...pathParameters(route.path), ...parameterRefs(operation)];
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: [tagOf(route)],
    // Discovery takes a token and needs none.
    security: access === "open" ? [{}, { bearer: [] }] : [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.takes !== undefined && { requestBody: requestBody(route, options) }),
    responses: responsesOf(route, options.schemas),
  };
}

function requestBody({ method, operation, limits }: DocumentedRoute, { schemas, maxBytes }: DocumentOptions): OpenApi {
  const { takes } = operation;
  const ref = { $ref: `#/components/schemas/${takes}` };
  const created = method === "POST" ? schemas.find(({ kind }) => kind === takes) : undefined;
  const required = created?.core.attributes.filter((row) => row.required).map(({ name }) => name);
  const schema = required === undefined ? ref : { allOf: [ref, { type: "object", required }] };
  return {
    required: true,
    description: `At most ${(limits?.bytes ?? maxBytes) / 1024 / 1024} MiB.`,
    content: { "application/scim+json": { schema }, "application/json": { schema } },
  };
}
