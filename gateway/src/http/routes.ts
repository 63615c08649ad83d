import type { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import type { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import type { RpcClient } from "@rollcall/runtime/client";
import { bulkRoutes } from "./bulk.ts";
import { discoveryRoutes } from "./discovery.ts";
import type { Route } from "./exchange.ts";
import { groupBinding } from "./groups.ts";
import { openApiRoutes } from "./openapi.ts";
import { resourceRoutes } from "./resource.ts";
import { rootRoutes } from "./root.ts";
import { ruleSetSchemaRoutes } from "./rule-set-schema.ts";
import { unsupportedRoutes } from "./unsupported.ts";
import { userBinding } from "./users.ts";

/**
 * The base paths that serve the same resources. Clients append /Users to
 * whatever they were given, and some add /v2 themselves.
 */
export const BASE_PATHS = ["/scim/v2", "/scim", ""];

/** The services that answer. */
export interface Services {
  users: RpcClient<ScimUserServiceService>;
  groups: RpcClient<ScimGroupServiceService>;
  /** Both kinds together. */
  records: RpcClient<ScimRecordServiceService>;
}

/** Every SCIM route, once. */
export function scimRoutes(services: Services): Route[] {
  const users = userBinding(services.users);
  const groups = groupBinding(services.groups);
  const routes = [
    ...resourceRoutes(users),
    ...resourceRoutes(groups),
    ...rootRoutes(services.records, { users, groups }),
    ...bulkRoutes(users, groups),
    ...discoveryRoutes(),
    ...ruleSetSchemaRoutes(),
    ...unsupportedRoutes(),
  ];
  return [...routes, ...openApiRoutes(routes)];
}
