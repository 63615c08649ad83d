import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { DirtyRecord } from "./dirty.ts";
import { query } from "./query.ts";
import { saveExecutions } from "./record-runs.ts";
import { fail, startRun } from "./run.ts";

/** Stores that a record could not be mapped, with a FAILED execution. Its link stays as it was. */
export async function recordFault(
  tx: SqlEntityManager,
  accountId: string,
  record: DirtyRecord,
  revision: number,
  error: string,
): Promise<void> {
  const isUser = record.kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
  const run = startRun(record, revision);
  fail(run, error);
  const now = new Date();
  await saveExecutions(tx, accountId, [run], now);
  const [table, id, records] = isUser
    ? ["scim_user_mapping", "scim_user_id", "scim_user"]
    : ["scim_group_mapping", "scim_group_id", "scim_group"];
  // From the record's own row: it may have been removed for good meanwhile.
  await query(
    tx,
    `insert into ${table} (account_id, ${id}, outcome, error, execution_id, process_time)
     select account_id, id, $3, $4, $5, $6 from ${records} where account_id = $1 and id = $2
     on conflict (account_id, ${id}) do update set outcome = excluded.outcome, error = excluded.error,
       execution_id = excluded.execution_id, process_time = excluded.process_time`,
    [accountId, record.recordId, run.outcome, run.error, run.executionId, now.toISOString()],
  );
}
