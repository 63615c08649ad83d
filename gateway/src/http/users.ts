import type { ScimUser, ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import type { RpcClient } from "@rollcall/runtime/client";
import { toScimUser } from "../mapping/to-message.ts";
import { userResource } from "../mapping/to-resource.ts";
import { entityTag, entityTagWithGroups } from "./entity-tag.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { MAX_BATCH } from "./reader.ts";
import type { ResourceBinding } from "./resource.ts";

/** /Users (RFC 7644 section 3.2). */
export function userBinding(client: RpcClient<ScimUserServiceService>): ResourceBinding<ScimUser> {
  return {
    kind: "User",
    endpoint: "/Users",
    limits: DEFAULT_LIMITS,
    notFound: "SCIM_USER_NOT_FOUND",
    toMessage: toScimUser,
    // Where a write has answered with groups that the client does not want to see, the tag leaves them out too.
    entityTag: ({ version, groups }, showsGroups) =>
      showsGroups ? entityTagWithGroups(version, groups) : entityTag(version),
    toResource: userResource,
    createAnswersLess: () => false,
    changeAnswersLess: false,
    patchAnswersNothing: false,
    calls: {
      fullBatch: MAX_BATCH,
      create: (scimUser, id, options) => client.createScimUser({ scimUser, id }, options),
      batchGet: async (ids, view, options) => (await client.batchGetScimUsers({ ids, view }, options)).scimUsers,
      async batchLookup(keys, view, options) {
        const { results } = await client.batchLookupScimUsers({ keys, view }, options);
        return results.map(({ scimUsers, truncated }) => ({ records: scimUsers, truncated }));
      },
      async list(request, options) {
        const { scimUsers: records, ...page } = await client.listScimUsers(request, options);
        return { ...page, records };
      },
      update: (request, options) => client.updateScimUser(request, options),
      replace: (request, options) => client.replaceScimUser(request, options),
      delete: (request, options) => client.deleteScimUser(request, options),
    },
  };
}
