import type { Resource } from "../mapping/to-resource.ts";
import type { BodyName, Operation } from "../openapi/operation.ts";
import {
  resourceTypeById,
  resourceTypesList,
  type Served,
  schemaById,
  schemasList,
  serviceProviderConfig,
} from "../scim/discovery.ts";
import { ScimError } from "../scim/error.ts";
import { type AccountView, kindsOf } from "./account-view.ts";
import { createDocuments } from "./documents.ts";
import type { Answer, Exchange, Route } from "./exchange.ts";
import { BULK_LIMITS } from "./limits.ts";
import { idOf, queryOf } from "./representation.ts";

type Describe = (served: Served, baseUrl: string, id: string) => Resource | undefined;

/**
 * What clients learn about the server from (RFC 7644 section 4). It needs no
 * token, as that section allows; with one it tells of the token's account.
 */
export function discoveryRoutes(): Route[] {
  const documents = createDocuments();

  function answer(exchange: Exchange, path: string, describe: Describe): Answer {
    const id = idOf(exchange) ?? "";
    // RFC 7644 section 4: a filter is answered with 403, lest a client believe that it was applied.
    if (queryOf(exchange)["filter"] !== undefined)
      throw new ScimError(403, undefined, `${path.replace(":id", id)} cannot be filtered (RFC 7644 section 4).`);
    const { baseUrl, view } = exchange;
    const body = documents(exchange, `${path} ${id}`, () => describe(servedBy(view), baseUrl, id));
    if (body === undefined) throw new ScimError(404, undefined, `${path.replace("/:id", "")} has no "${id}".`);
    return { status: 200, body };
  }

  const route = (path: string, describe: Describe, body: BodyName, naming: Naming): Route => ({
    method: "GET",
    path,
    access: "open",
    handler: (exchange) => answer(exchange, path, describe),
    operation: { ...naming, answers: { 200: body } },
  });

  return [
    route("/ServiceProviderConfig", serviceProviderConfig, "ServiceProviderConfig", {
      id: "getServiceProviderConfig",
      summary: "What this server offers.",
    }),
    route("/ResourceTypes", resourceTypesList, "ListResponse", {
      id: "listResourceTypes",
      summary: "The types of resource.",
      lists: ["ResourceType"],
    }),
    route("/ResourceTypes/:id", resourceTypeById, "ResourceType", {
      id: "getResourceType",
      summary: "A type of resource, by its name.",
    }),
    route("/Schemas", schemasList, "ListResponse", {
      id: "listSchemas",
      summary: "The schemas.",
      lists: ["Schema"],
    }),
    route("/Schemas/:id", schemaById, "Schema", {
      id: "getSchema",
      summary: "A schema, by its URN.",
    }),
  ];
}

type Naming = Pick<Operation, "id" | "summary" | "lists">;

/** What discovery tells of an account. */
export function servedBy(view: AccountView): Served {
  const { maxPageSize, maxBulkOperations } = view.limits;
  const schemas = kindsOf(view).map((kind) => view.schemas[kind]);
  return { schemas, maxPageSize, maxBulkOperations, maxBulkBytes: BULK_LIMITS.bytes };
}
