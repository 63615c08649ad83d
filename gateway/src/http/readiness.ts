import type { Client } from "@grpc/grpc-js";
import { Metadata, status } from "@grpc/grpc-js";
import type { TokenCache } from "@rollcall/runtime/authenticate";
import { StatusError } from "@rollcall/runtime/status";
import { digestOf } from "@rollcall/runtime/token";
import type { ReadinessCheck } from "./health.ts";

const CHECK_TIMEOUT_MS = 1_000;

/** Whether tokens can be verified: whatever the cache says of this process's own token, it has to say it. */
export function tokensAreKnown(tokens: Pick<TokenCache, "verifyDigest">, serviceToken: string): ReadinessCheck {
  const digest = digestOf(serviceToken);
  return async () => {
    try {
      await tokens.verifyDigest(digest);
    } catch (error) {
      const isAway = error instanceof StatusError && error.reason === "TOKEN_VERIFICATION_UNAVAILABLE";
      if (isAway) return "Tokens cannot be verified.";
    }
    return undefined;
  };
}

const HEALTH_CHECK = "/grpc.health.v1.Health/Check";
// HealthCheckRequest without a service is no bytes: the whole server is meant.
const WHOLE_SERVER = Buffer.alloc(0);
const identity = (bytes: Buffer) => bytes;

/**
 * Whether a service answers at all. One that says NOT_SERVING is draining, and
 * its other replicas go on.
 */
export function serviceAnswers(client: Client, name: string): ReadinessCheck {
  return () =>
    new Promise((resolve) => {
      client.makeUnaryRequest(
        HEALTH_CHECK,
        identity,
        identity,
        WHOLE_SERVER,
        new Metadata(),
        { deadline: Date.now() + CHECK_TIMEOUT_MS },
        (error) => resolve(error && isAway(error.code) ? `${name} does not answer.` : undefined),
      );
    });
}

function isAway(code: status): boolean {
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED;
}
