import type { ScimGroup, ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { RpcClient } from "@rollcall/runtime/client";
import { toScimGroup } from "../mapping/to-message.ts";
import { groupResource } from "../mapping/to-resource.ts";
import { entityTag } from "./entity-tag.ts";
import { GROUP_LIMITS } from "./limits.ts";
import type { ResourceBinding } from "./resource.ts";

/** /Groups (RFC 7644 section 3.2). */
export function groupBinding(client: RpcClient<ScimGroupServiceService>): ResourceBinding<ScimGroup> {
  return {
    kind: "Group",
    endpoint: "/Groups",
    limits: GROUP_LIMITS,
    notFound: "SCIM_GROUP_NOT_FOUND",
    toMessage: toScimGroup,
    entityTag: ({ version }) => entityTag(version),
    toResource: groupResource,
    createAnswersLess: ({ members }) => members.length > 0,
    changeAnswersLess: true,
    // Entra asks for it: an answer with every member would cost more than the change.
    patchAnswersNothing: true,
    calls: {
      // As many of 20,000 members are half of what a message holds.
      fullBatch: 20,
      create: (scimGroup, id, options) => client.createScimGroup({ scimGroup, id }, options),
      batchGet: async (ids, view, options) => (await client.batchGetScimGroups({ ids, view }, options)).scimGroups,
      async batchLookup(keys, view, options) {
        const { results } = await client.batchLookupScimGroups({ keys, view }, options);
        return results.map(({ scimGroups, truncated }) => ({ records: scimGroups, truncated }));
      },
      async list(request, options) {
        const { scimGroups: records, ...page } = await client.listScimGroups(request, options);
        return { ...page, records };
      },
      update: (request, options) => client.updateScimGroup(request, options),
      replace: (request, options) => client.replaceScimGroup(request, options),
      delete: (request, options) => client.deleteScimGroup(request, options),
    },
  };
}
