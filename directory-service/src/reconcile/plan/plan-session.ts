import { openSession, type Session } from "@rollcall/runtime/database";
import { sqlState } from "@rollcall/runtime/sql-state";
import { planLimitReached } from "./plan-slots.ts";

// One statement copies a table of the account, or compares all of it.
const STATEMENT_TIMEOUT_MS = 5 * 60_000;

const SETTINGS = {
  application_name: "rollcall.plan",
  // Whatever mapping writes or locks there is in temporary tables: PostgreSQL refuses everything else.
  default_transaction_read_only: "on",
  temp_buffers: "64MB",
  work_mem: "32MB",
  maintenance_work_mem: "64MB",
  // Enough for tables whose rows are so alike, and gathered ten times faster.
  default_statistics_target: "10",
  jit: "off",
};

const LOCK_NOT_AVAILABLE = "55P03";

/**
 * A session for one plan of an account, on whatever replica.
 *
 * @throws StatusError PLAN_LIMIT_REACHED where the account has one already
 */
export async function openPlanSession(databaseUrl: string, accountId: string): Promise<Session> {
  const session = await openSession({ url: databaseUrl, statementTimeoutMs: STATEMENT_TIMEOUT_MS, settings: SETTINGS });
  try {
    // A moment of patience, for one that has just been given up may still be ending.
    await session.pool.query("set lock_timeout = '2s'");
    await session.pool.query("select pg_advisory_lock(hashtextextended('rollcall.plan ' || $1, 0))", [accountId]);
    return session;
  } catch (error) {
    await session.close();
    if (sqlState(error) === LOCK_NOT_AVAILABLE)
      throw planLimitReached("Another plan or drift report of the account is running.");
    throw error;
  }
}
