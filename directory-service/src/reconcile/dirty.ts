import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { query } from "./query.ts";

/** A SCIM record that waits to be mapped. */
export interface DirtyRecord {
  kind: ScimRecordKind;
  recordId: string;
  /** Counts the marks since the record was last clean. */
  generation: string;
  causes: string[];
  /** How many runs in a row have made one another due until this one. */
  steps: number;
  /** Of the request that marked it last. */
  traceparent: string | null;
}

/**
 * The next records of one kind: groups before users, because users look at their groups; then what
 * a client changed before what is due with many others, then the oldest first. Of those
 * that became due at once the order is that of ids: a plan has them in the same.
 */
export async function nextDirtyRecords(tx: SqlEntityManager, accountId: string, limit: number): Promise<DirtyRecord[]> {
  const records = await query<DirtyRecord>(
    tx,
    `select kind, record_id as "recordId", generation, causes, steps, traceparent from dirty_record
     where account_id = $1 order by kind desc, priority, mark_time, record_id limit $2`,
    [accountId, limit],
  );
  return records.filter(({ kind }) => kind === records[0]?.kind);
}

/** A record of the list as it waits now. Undefined: it does not, since another process has mapped it. */
export async function findDirtyRecord(
  tx: SqlEntityManager,
  accountId: string,
  { kind, recordId }: DirtyRecord,
): Promise<DirtyRecord | undefined> {
  const [record] = await query<DirtyRecord>(
    tx,
    `select kind, record_id as "recordId", generation, causes, steps, traceparent from dirty_record
     where account_id = $1 and kind = $2 and record_id = $3`,
    [accountId, kind, recordId],
  );
  return record;
}

/**
 * Takes records off the list, except those marked again meanwhile. One that a
 * client's transaction is marking right now stays as well: mapping it once more
 * is cheaper than waiting for that transaction.
 */
export async function clearDirtyRecords(
  tx: SqlEntityManager,
  accountId: string,
  records: DirtyRecord[],
): Promise<void> {
  await query(
    tx,
    `delete from dirty_record d using (
       select d.account_id, d.kind, d.record_id from dirty_record d
       join unnest($2::smallint[], $3::uuid[], $4::bigint[]) as r (kind, record_id, generation)
         on d.account_id = $1 and d.kind = r.kind and d.record_id = r.record_id and d.generation = r.generation
       order by d.record_id for update of d skip locked
     ) as done
     where d.account_id = done.account_id and d.kind = done.kind and d.record_id = done.record_id`,
    [
      accountId,
      records.map(({ kind }) => kind),
      records.map(({ recordId }) => recordId),
      records.map(({ generation }) => generation),
    ],
  );
}
