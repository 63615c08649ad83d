import type { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import type { Handlers } from "@rollcall/runtime/implement";
import { listRecords } from "../storage/scim-record-list.ts";
import { batchGet, batchLookup } from "../storage/scim-record-reads.ts";
import { SCIM_USERS } from "../storage/scim-users.ts";
import { onPool } from "../storage/statement.ts";
import { checkBatch } from "./batches.ts";
import type { Context } from "./context.ts";
import { createScimUser } from "./create-scim-user.ts";
import { deleteScimUser, hardDeleteScimUser } from "./delete-scim-user.ts";
import { replaceScimUser, updateScimUser } from "./update-scim-user.ts";

/** Handlers of rollcall.directory.v1.ScimUserService. */
export function scimUserHandlers(context: Context): Handlers<ScimUserServiceService> {
  const run = onPool(context.db);
  return {
    createScimUser: (request, call) => createScimUser(context, request, call),
    async batchGetScimUsers({ ids, view }, { caller }) {
      checkBatch("ids", ids);
      return { scimUsers: await batchGet(run, SCIM_USERS, caller.accountId, ids, view) };
    },
    async batchLookupScimUsers({ keys, view }, { caller }) {
      checkBatch("keys", keys);
      const results = await batchLookup(run, SCIM_USERS, caller.accountId, keys, view);
      return { results: results.map(({ records, truncated }) => ({ scimUsers: records, truncated })) };
    },
    async listScimUsers({ filter, sort, view, ...page }, { caller }) {
      const selections = [{ source: SCIM_USERS, filter, sort, view }];
      const { records, ...rest } = await listRecords(run, caller, selections, page, context);
      return { scimUsers: records, ...rest };
    },
    updateScimUser: (request, call) => updateScimUser(context, request, call),
    replaceScimUser: (request, call) => replaceScimUser(context, request, call),
    deleteScimUser: (request, call) => deleteScimUser(context, request, call),
    hardDeleteScimUser: (request, call) => hardDeleteScimUser(context, request, call),
  };
}
