import type { Pool } from "pg";

/**
 * The accounts that have dirty records and no job that will get to them: what a
 * process left that ended between a commit and its job. Steps from account to
 * account through the key, however many records each has.
 */
export async function accountsWithoutJob(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ accountId: string }>({
    name: "accounts_without_job",
    text: `with recursive dirty as (
        (select account_id from dirty_record order by account_id limit 1)
        union all
        select (select d.account_id from dirty_record d where d.account_id > dirty.account_id order by d.account_id limit 1)
        from dirty where dirty.account_id is not null
      )
      select account_id as "accountId" from dirty
      where account_id is not null and not exists (
        select from graphile_worker.jobs j
        where j.key = 'reconcile ' || dirty.account_id and j.attempts < j.max_attempts)`,
  });
  return rows.map(({ accountId }) => accountId);
}

/**
 * Gives back the jobs of processes that ended without doing so. Such a job
 * would keep its account's queue for hours. A process lives while it holds the
 * lock that goes by its worker pool's name; taking a job from one that only
 * seems dead does no harm, because batches lock their account.
 */
export async function releaseDeadPools(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ poolId: string }>({
    name: "dead_pools",
    text: `with holding as materialized (
        select locked_by from graphile_worker._private_jobs where locked_by is not null
        union select locked_by from graphile_worker._private_job_queues where locked_by is not null
      )
      select locked_by as "poolId" from holding where pg_try_advisory_xact_lock(hashtextextended(locked_by, 0))`,
  });
  const dead = rows.map(({ poolId }) => poolId);
  if (dead.length > 0) await pool.query("select graphile_worker.force_unlock_workers($1::text[])", [dead]);
  return dead;
}
