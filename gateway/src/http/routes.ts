import type { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import type { RpcClient } from "@rollcall/runtime/client";
import { discoveryRoutes } from "./discovery.ts";
import type { Route } from "./exchange.ts";
import { groupRoutes } from "./groups.ts";
import { unsupportedRoutes } from "./unsupported.ts";
import { userRoutes } from "./users.ts";

/**
 * The base paths that serve the same resources. Clients append /Users to
 * whatever they were given, and some add /v2 themselves.
 */
export const BASE_PATHS = ["/scim/v2", "/scim", ""];

/** The services that answer. */
export interface Services {
  users: RpcClient<ScimUserServiceService>;
  groups: RpcClient<ScimGroupServiceService>;
}

/** Every SCIM route, once. */
export function scimRoutes({ users, groups }: Services): Route[] {
  return [...userRoutes(users), ...groupRoutes(groups), ...discoveryRoutes(), ...unsupportedRoutes()];
}
