import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Pool } from "pg";
import { leastIdAt } from "../domain/least-id.ts";
import type { Statement } from "./statement.ts";

/**
 * Removes the executions from before a time, but the latest of each record and,
 * while there is a record, those that failed. A batch, an outcome and an account
 * at a time: nobody waits for it, and rows that another replica is removing are
 * left to it. An execution whose values a later one shares goes after that. What stays
 * is passed once in each round. Answers how many it removed.
 */
export async function purgeExecutions(
  pool: Pool,
  before: Date,
  { batchSize = PURGE_BATCH, signal }: { batchSize?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const end = leastIdAt(before);
  const accounts = await pool.query<{ account_id: string }>({ ...OUTDATED, values: [end] });
  let purged = 0;
  for (const { account_id: accountId } of accounts.rows)
    for (const outcome of OUTCOMES) {
      let after: string | null = FIRST_ID;
      while (after !== null) {
        if (signal?.aborted) return purged;
        const batch: Batch | undefined = (
          await pool.query<Batch>({ ...PURGE, values: [accountId, outcome, after, end, batchSize] })
        ).rows[0];
        purged += batch?.removed ?? 0;
        after = batch?.seen === batchSize ? batch.last : null;
      }
    }
  return purged;
}

/** How many were looked at and how many of them removed, and the last one. */
interface Batch {
  last: string | null;
  seen: number;
  removed: number;
}

const PURGE_BATCH = 2_000;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

const FAILED = ExecutionOutcome.EXECUTION_OUTCOME_FAILED;
const OUTCOMES = Object.values(ExecutionOutcome).filter((outcome) => Number(outcome) > 0);

const OUTDATED: Statement = {
  name: "accounts_with_outdated_executions",
  text: `select account_id from account a
    where exists (select from execution e where e.account_id = a.account_id and e.id < $1)`,
};

// By execution_outcome; each record and its latest by the record's key. A hold's executions go as others
// do: it ends within days.
const PURGE: Statement = {
  name: "purge_executions",
  text: `with seen as materialized (
      select id, record_id, kind from execution
      where account_id = $1 and outcome = $2 and id > $3 and id < $4 order by id limit $5
    ), chosen as materialized (
      select e.id from execution e join seen s on s.id = e.id
      where e.account_id = $1
        and ($2 <> ${FAILED}
          or not exists (select from scim_user u where s.kind = 1 and u.account_id = $1 and u.id = s.record_id)
          and not exists (select from scim_group g where s.kind = 2 and g.account_id = $1 and g.id = s.record_id))
        and not exists (select from scim_user_mapping m
          where s.kind = 1 and m.account_id = $1 and m.scim_user_id = s.record_id and m.execution_id = s.id)
        and not exists (select from scim_group_mapping m
          where s.kind = 2 and m.account_id = $1 and m.scim_group_id = s.record_id and m.execution_id = s.id)
        and not exists (select from execution later
          where later.account_id = $1 and later.record_id = s.record_id and later.values_execution_id = s.id)
      for update of e skip locked
    ), removed as (
      delete from execution e using chosen c where e.account_id = $1 and e.id = c.id returning 1
    )
    select (select id from seen order by id desc limit 1) as last, (select count(*)::integer from seen) as seen,
      (select count(*)::integer from removed) as removed`,
};
