import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { markDirty } from "../../storage/dirty-records.ts";
import type { DirtyRecord } from "../dirty.ts";
import { query } from "../query.ts";
import type { PersonRun } from "./references.ts";

/**
 * Marks the users who name as manager a user that now has its first person:
 * clients send managers after their reports as often as before. Those of this
 * batch found the person already, those that wait anyway will.
 */
export async function markReports(
  tx: SqlEntityManager,
  accountId: string,
  runs: PersonRun[],
  records: DirtyRecord[],
): Promise<void> {
  const linked = runs.filter(({ user, after }) => user.personId !== after.id);
  if (linked.length === 0) return;
  const reports = await query<{ id: string }>(
    tx,
    `select u.id from scim_user u
     where u.account_id = $1 and u.delete_time is null
       and u.manager_ref = any($2::text[]) and u.id <> all($3::uuid[])
       and not exists (select from dirty_record d where d.account_id = $1 and d.kind = $4 and d.record_id = u.id)
     order by u.id`,
    [
      accountId,
      linked.map(({ user }) => user.id),
      records.map(({ recordId }) => recordId),
      ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER,
    ],
  );
  if (reports.length === 0) return;
  const ids = reports.map(({ id }) => id);
  const traceparent = linked[0]?.record.traceparent ?? undefined;
  await markDirty(tx, accountId, ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, ids, "manager_linked", traceparent);
}
