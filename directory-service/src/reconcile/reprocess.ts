import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Database, transaction } from "@rollcall/runtime/database";
import { type Cause, MARK_AGAIN } from "../storage/dirty-records.ts";
import { inTransaction, onPool, type Statement } from "../storage/statement.ts";

/** Marks one record of a kind, or all, to be mapped again. Answers how many it marked. */
export function reprocess(
  db: Database,
  accountId: string,
  kind: ScimRecordKind,
  recordId: string | undefined,
  traceparent: string,
): Promise<number> {
  const isUser = kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
  const cause: Cause = "manual";
  return transaction(db, async (tx) => {
    const values = [accountId, kind, recordId ?? null, cause, traceparent];
    const [row] = await inTransaction(tx)<{ marked: number }>(isUser ? MARK_USERS : MARK_GROUPS, values);
    return row?.marked ?? 0;
  });
}

/** How many of an account's records wait to be mapped, and since when the oldest does. */
export async function readStatus(
  db: Database,
  accountId: string,
): Promise<{ pending: number; since: Date | undefined }> {
  const [row] = await onPool(db)<{ pending: number; since: number | null }>(STATUS, [accountId]);
  return { pending: row?.pending ?? 0, since: row?.since ? new Date(row.since) : undefined };
}

// In the order of ids, as everybody who marks several records does.
const markStatement = (table: string): Statement => ({
  name: `reprocess_${table}`,
  text: `with marked as (
      insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
      select account_id, $2, id, array[$4], $5 from ${table}
      where account_id = $1 and delete_time is null and ($3::uuid is null or id = $3) order by id
      ${MARK_AGAIN} returning 1
    )
    select count(*)::float8 as marked from marked`,
});

const MARK_USERS = markStatement("scim_user");
const MARK_GROUPS = markStatement("scim_group");

const STATUS: Statement = {
  name: "reconcile_status",
  text: `select count(*)::float8 as pending, (extract(epoch from min(mark_time)) * 1000)::float8 as since
    from dirty_record where account_id = $1`,
};
