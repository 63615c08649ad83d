import type { Run, Statement } from "./statement.ts";

/**
 * Waits until no batch of an account is being mapped, and lets none begin until
 * the transaction ends. Replicas may take the same account's jobs, whose batches
 * come one after the other by this; and new rules are published between two of
 * them: a batch that began with the old ones could else map a record that the
 * publication does not see yet, and nothing would make it due again.
 */
export async function lockReconcile(run: Run, accountId: string): Promise<void> {
  await run(LOCK, [accountId]);
}

// Batches look up hundreds of keys at a time. That seems to cost so much that PostgreSQL
// would compile the statement each time, which takes longer than the statement does.
const LOCK: Statement = {
  name: "lock_reconcile",
  text: "select pg_advisory_xact_lock(hashtextextended('rollcall.reconcile ' || $1, 0)), set_config('jit', 'off', true)",
};

/**
 * Waits until no batch of an account is being mapped, and lets none begin until the
 * transaction ends; others that only hold do not wait. For whoever changes by hand what
 * mapping looks up, before any other lock: a record that is being mapped meanwhile would
 * look up what was, and nobody would know yet that it had.
 */
export async function holdReconcile(run: Run, accountId: string): Promise<void> {
  await run(HOLD, [accountId]);
}

const HOLD: Statement = {
  name: "hold_reconcile",
  text: "select pg_advisory_xact_lock_shared(hashtextextended('rollcall.reconcile ' || $1, 0))",
};
