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

/** Counts one request. Throws RESOURCE_EXHAUSTED (RATE_LIMITED) where that is one too many. */
export type Limiter = () => void;

/** A full bucket. `now` gives milliseconds. */
export function createLimiter({ perSecond, burst }: RateLimit, now: () => number = performance.now.bind(performance)) {
  let tokens = burst;
  let filledAt = now();

  const take: Limiter = () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1_000) * perSecond);
    filledAt = time;
    if (tokens < 1) throw rateLimited(Math.ceil((1 - tokens) / perSecond), perSecond);
    tokens -= 1;
  };
  return take;
}

function rateLimited(retryAfterSeconds: number, perSecond: number): StatusError {
  const message = `The token's requests exceed its rate of ${perSecond} a second.`;
  return new StatusError(status.RESOURCE_EXHAUSTED, "RATE_LIMITED", message, {
    metadata: { requests_per_second: String(perSecond) },
    retryAfterSeconds,
  });
}
