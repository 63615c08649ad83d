import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { insertExecutions } from "../storage/executions.ts";
import { LIVE, type ReconcileMode } from "./mode.ts";
import { executionOf, type Run } from "./run.ts";

const FAILED = ExecutionOutcome.EXECUTION_OUTCOME_FAILED;

/** Stores the executions of a batch; of a rehearsal those that failed. */
export async function saveExecutions(
  tx: SqlEntityManager,
  accountId: string,
  runs: readonly Run[],
  now: Date,
  { rehearsal }: ReconcileMode = LIVE,
): Promise<void> {
  const kept = rehearsal ? runs.filter(({ outcome }) => outcome === FAILED) : runs;
  await insertExecutions(
    tx,
    accountId,
    kept.map((run) => executionOf(run, now)),
  );
}
