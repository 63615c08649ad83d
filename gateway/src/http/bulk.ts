import type { ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import type { ResourceKind } from "../mapping/schema.ts";
import { parseBulk } from "../scim/bulk.ts";
import type { BulkPaths } from "../scim/bulk-path.ts";
import { bulkResponse } from "../scim/bulk-response.ts";
import { parseBody } from "./body.ts";
import { bulkTarget } from "./bulk-target.ts";
import type { Route, ScimHandler } from "./exchange.ts";
import { BULK_LIMITS } from "./limits.ts";
import type { ResourceBinding } from "./resource.ts";
import { runBulk } from "./run-bulk.ts";

/** /Bulk (RFC 7644 section 3.7). */
export function bulkRoutes(users: ResourceBinding<ScimUser>, groups: ResourceBinding<ScimGroup>): Route[] {
  const targets = { User: bulkTarget(users), Group: bulkTarget(groups) };
  const kinds = new Map([users, groups].map(({ endpoint, kind }): [string, ResourceKind] => [endpoint, kind]));

  const handler: ScimHandler = async (exchange, session) => {
    const { maxBulkOperations } = exchange.view.limits;
    const bulk = parseBulk(parseBody(exchange, BULK_LIMITS), maxBulkOperations, pathsUnder(exchange.baseUrl, kinds));
    // The request itself has been counted. It is not cut short: those after it wait until its operations are paid.
    session.limit?.owe(Math.max(bulk.operations.length - 1, 0));
    const results = await runBulk(bulk, targets, exchange, session);
    return { status: 200, body: JSON.stringify(bulkResponse(bulk.operations, results)) };
  };

  return [
    {
      method: "POST",
      path: "/Bulk",
      access: "scim",
      limits: BULK_LIMITS,
      handler,
      operation: {
        id: "bulk",
        summary: "Create, replace, change and delete many resources in one request.",
        takes: "BulkRequest",
        answers: { 200: "BulkResponse" },
      },
    },
  ];
}

function pathsUnder(baseUrl: string, kinds: BulkPaths["kinds"]): BulkPaths {
  const { pathname } = new URL(baseUrl);
  return { bases: pathname === "/" ? [baseUrl] : [baseUrl, pathname], kinds };
}
