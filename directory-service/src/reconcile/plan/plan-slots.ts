import { status } from "@grpc/grpc-js";
import { StatusError } from "@rollcall/runtime/status";

/** Lets a few plans run at a time, and one of an account. */
export interface PlanSlots {
  /** Answers how to give the slot back. Throws PLAN_LIMIT_REACHED. */
  take(accountId: string): () => void;
}

// Each takes a connection, a processor's share and the database's temporary space.
const SLOTS = 2;
const RETRY_SECONDS = 10;

/** Slots of one process. */
export function createPlanSlots(): PlanSlots {
  const taken = new Set<string>();
  return {
    take(accountId) {
      if (taken.has(accountId)) throw planLimitReached("Another plan or drift report of the account is running.");
      if (taken.size >= SLOTS)
        throw planLimitReached(`${SLOTS} plans or drift reports are running, which is as many as may at a time.`);
      taken.add(accountId);
      return () => {
        taken.delete(accountId);
      };
    },
  };
}

/** For a plan that has to wait for others. */
export function planLimitReached(message: string): StatusError {
  return new StatusError(status.RESOURCE_EXHAUSTED, "PLAN_LIMIT_REACHED", `${message} Try again when it has ended.`, {
    retryAfterSeconds: RETRY_SECONDS,
  });
}
