import type { Logger } from "@rollcall/runtime/log";
import type { Helpers } from "graphile-worker";

/** The task that maps an account's dirty records. */
export const TASK = "reconcile";

/** The payload of its jobs. */
export interface ReconcileJob {
  accountId: string;
}

/**
 * Sees to one waiting job per account. Jobs of one account share a queue, so
 * they run one after the other; a job that waits already is not doubled.
 */
export async function addJobs(
  { addJob }: Pick<Helpers, "addJob">,
  accountIds: string[],
  logger: Logger,
): Promise<void> {
  try {
    await Promise.all(
      accountIds.map((accountId) => {
        const key = jobKey(accountId);
        return addJob(TASK, { accountId } satisfies ReconcileJob, { queueName: key, jobKey: key });
      }),
    );
  } catch (error) {
    logger.warn({ err: error }, "reconcile jobs could not be added; the sweep will");
  }
}

function jobKey(accountId: string): string {
  return `${TASK} ${accountId}`;
}
