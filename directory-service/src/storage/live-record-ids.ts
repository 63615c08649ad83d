import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Run } from "./statement.ts";

/** Those of the ids, UUIDs, that SCIM records of the kind have which are not deleted. */
export async function liveRecordIds(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const table = kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER ? "scim_user" : "scim_group";
  const statement = {
    name: `live_ids_of_${table}`,
    text: `select id from ${table} where account_id = $1 and id = any($2::uuid[]) and delete_time is null`,
  };
  return (await run<{ id: string }>(statement, [accountId, ids])).map(({ id }) => id);
}
