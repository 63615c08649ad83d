import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { insertExecutions } from "../storage/executions.ts";
import { executionOf, type Run } from "./run.ts";

/** Stores the executions of a batch. Answers each run's execution id. */
export async function saveExecutions<R extends Run>(
  tx: SqlEntityManager,
  accountId: string,
  runs: R[],
  now: Date,
): Promise<Map<R, string>> {
  const executions = runs.map((run) => [run, executionOf(run, now)] as const);
  await insertExecutions(
    tx,
    accountId,
    executions.map(([, execution]) => execution),
  );
  return new Map(executions.map(([run, { id }]) => [run, id]));
}
