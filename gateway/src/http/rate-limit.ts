import { status } from "@grpc/grpc-js";
import { StatusError } from "@rollcall/runtime/status";

/** A token bucket: how often something may happen over time, and how often at once. */
export interface RateLimit {
  /** Requests a second, over time. */
  perSecond: number;
  /** Requests at once, after a quiet time. */
  burst: number;
}

/** What every token may do: far above what identity providers send, low enough to protect the others. */
export const DEFAULT_RATE: RateLimit = { perSecond: 500, burst: 1_000 };

/** Counts requests. */
export interface Limiter {
  /** Counts one request against a rate. Throws RESOURCE_EXHAUSTED (RATE_LIMITED) where that is one too many. */
  (rate: RateLimit): void;
  /** Counts requests that have been let in: those that follow wait until they are paid, however many they are. */
  owe(requests: number): void;
}

/**
 * A full bucket. The rate comes with each request, since the account may change
 * it meanwhile. `now` gives milliseconds.
 */
export function createLimiter(now: () => number = performance.now.bind(performance)): Limiter {
  // What is missing from the bucket means the same whatever its size.
  let missing = 0;
  let owed = 0;
  let filledAt = now();

  const count = ({ perSecond, burst }: RateLimit) => {
    const time = now();
    const filled = ((time - filledAt) / 1_000) * perSecond;
    const paid = Math.min(owed, filled);
    owed -= paid;
    missing = Math.min(burst, Math.max(0, missing - (filled - paid)));
    filledAt = time;
    const short = missing + owed + 1 - burst;
    if (short > 0) throw rateLimited(Math.ceil(short / perSecond), perSecond);
    missing += 1;
  };
  const owe = (requests: number) => {
    owed += requests;
  };
  return Object.assign(count, { owe });
}

function rateLimited(retryAfterSeconds: number, perSecond: number): StatusError {
  const message = `The token's requests exceed its rate of ${perSecond} a second.`;
  return new StatusError(status.RESOURCE_EXHAUSTED, "RATE_LIMITED", message, {
    metadata: { requests_per_second: String(perSecond) },
    retryAfterSeconds,
  });
}
