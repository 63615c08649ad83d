import type { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { Handlers } from "@rollcall/runtime/implement";
import { SCIM_GROUPS } from "../storage/scim-groups.ts";
import { listRecords } from "../storage/scim-record-list.ts";
import { batchGet, batchLookup } from "../storage/scim-record-reads.ts";
import { onPool } from "../storage/statement.ts";
import { checkBatch } from "./batches.ts";
import type { Context } from "./context.ts";
import { createScimGroup } from "./create-scim-group.ts";
import { deleteScimGroup, hardDeleteScimGroup } from "./delete-scim-group.ts";
import { replaceScimGroup, updateScimGroup } from "./update-scim-group.ts";

/** Handlers of rollcall.directory.v1.ScimGroupService. */
export function scimGroupHandlers(context: Context): Handlers<ScimGroupServiceService> {
  const run = onPool(context.db);
  return {
    createScimGroup: (request, call) => createScimGroup(context, request, call),
    async batchGetScimGroups({ ids, view }, { caller }) {
      checkBatch("ids", ids);
      return { scimGroups: await batchGet(run, SCIM_GROUPS, caller.accountId, ids, view) };
    },
    async batchLookupScimGroups({ keys, view }, { caller }) {
      checkBatch("keys", keys);
      const results = await batchLookup(run, SCIM_GROUPS, caller.accountId, keys, view);
      return { results: results.map(({ records, truncated }) => ({ scimGroups: records, truncated })) };
    },
    async listScimGroups({ filter, sort, view, ...page }, { caller }) {
      const selections = [{ source: SCIM_GROUPS, filter, sort, view }];
      const { records, ...rest } = await listRecords(run, caller, selections, page, context);
      return { scimGroups: records, ...rest };
    },
    updateScimGroup: (request, call) => updateScimGroup(context, request, call),
    replaceScimGroup: (request, call) => replaceScimGroup(context, request, call),
    deleteScimGroup: (request, call) => deleteScimGroup(context, request, call),
    hardDeleteScimGroup: (request, call) => hardDeleteScimGroup(context, request, call),
  };
}
