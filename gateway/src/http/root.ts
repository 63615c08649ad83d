import type { ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type {
  ListScimRecordsRequest,
  ScimRecord,
  ScimRecordSelection,
  ScimRecordServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import type { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { callerMetadata, type RpcClient } from "@rollcall/runtime/client";
import type { ResourceKind } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import { parseFilter } from "../scim/filter/parser.ts";
import { resolveFilter } from "../scim/filter/resolve.ts";
import { type ListQuery, parseListQuery } from "../scim/list.ts";
import { type Projection, parseProjection } from "../scim/project.ts";
import type { Query } from "../scim/query.ts";
import { resolveSort } from "../scim/sort.ts";
import { kindsOf } from "./account-view.ts";
import type { Answer, Exchange, Route } from "./exchange.ts";
import { pageAnswer, pageRequest, searchQueryOf } from "./list-page.ts";
import { queryOf, render, viewFor } from "./representation.ts";
import type { ResourceBinding } from "./resource.ts";
import type { Session } from "./session.ts";

/** How each kind is shown. */
export interface RootBindings {
  users: ResourceBinding<ScimUser>;
  groups: ResourceBinding<ScimGroup>;
}

/** Queries over all kinds of resource, on the base path itself and on its /.search (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export function rootRoutes(client: RpcClient<ScimRecordServiceService>, { users, groups }: RootBindings): Route[] {
  async function list(query: Query, exchange: Exchange, { digest }: Session): Promise<Answer> {
    const projection = parseProjection(query);
    const asked = parseListQuery(query, exchange.view.limits.maxPageSize);
    const request = { ...selections(asked, projection, exchange), ...pageRequest(asked) };
    const options = { metadata: callerMetadata({ digest, traceparent: exchange.trace.traceparent }) };
    const { scimRecords, ...page } = await client.listScimRecords(request, options);
    const resources = scimRecords.map((record) => shown(record, projection, exchange));
    return pageAnswer(page, resources, asked);
  }

  function shown({ record }: ScimRecord, projection: Projection | undefined, exchange: Exchange): Resource {
    if (record?.$case === "scimUser") return render(users, record.value, projection, exchange);
    if (record?.$case === "scimGroup") return render(groups, record.value, projection, exchange);
    throw new Error("A record of the list is of no kind that is known.");
  }

  return [
    {
      method: "GET",
      path: "/",
      access: "scim",
      handler: (exchange, session) => list(queryOf(exchange), exchange, session),
      operation: {
        id: "listResources",
        summary: "List users and groups together, all of them or those that a filter selects.",
        answers: { 200: "ListResponse" },
        query: ["list", "projection"],
      },
    },
    {
      method: "POST",
      path: "/.search",
      access: "scim",
      handler: (exchange, session) => list(searchQueryOf(exchange), exchange, session),
      operation: {
        id: "searchResources",
        summary: "List users and groups together, with the query in the body.",
        takes: "SearchRequest",
        answers: { 200: "ListResponse" },
      },
    },
  ];
}

/** The same filter and order for each kind that the account has, in that kind's own terms. */
function selections(
  asked: ListQuery,
  projection: Projection | undefined,
  { view, baseUrl }: Exchange,
): Pick<ListScimRecordsRequest, "scimUsers" | "scimGroups"> {
  const kinds = kindsOf(view);
  const filter = asked.filter === undefined ? undefined : parseFilter(asked.filter);
  const selection = (kind: ResourceKind): ScimRecordSelection | undefined => {
    if (!kinds.includes(kind)) return undefined;
    const schema = view.schemas[kind];
    const others = kinds.filter((other) => other !== kind).map((other) => view.schemas[other]);
    return {
      filter: filter && resolveFilter(filter, schema, { baseUrl, others }),
      view: viewFor(projection, schema),
      sort: asked.sort && resolveSort(asked.sort, schema, others),
    };
  };
  return { scimUsers: selection("User"), scimGroups: selection("Group") };
}
