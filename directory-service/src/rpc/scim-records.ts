import type { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import type { Handlers } from "@rollcall/runtime/implement";
import { listRecords } from "../storage/scim-record-list.ts";
import { GROUP_RECORDS, USER_RECORDS } from "../storage/scim-records.ts";
import { onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";

/** Handlers of rollcall.directory.v1.ScimRecordService. */
export function scimRecordHandlers(context: Context): Handlers<ScimRecordServiceService> {
  const run = onPool(context.db);
  return {
    async listScimRecords({ scimUsers, scimGroups, ...page }, { caller }) {
      const selections = [
        ...(scimUsers ? [{ source: USER_RECORDS, ...scimUsers }] : []),
        ...(scimGroups ? [{ source: GROUP_RECORDS, ...scimGroups }] : []),
      ];
      const { records, ...rest } = await listRecords(run, caller, selections, page, context);
      return { scimRecords: records, ...rest };
    },
  };
}
