import { hash } from "node:crypto";
import type { TokenCache } from "@rollcall/runtime/authenticate";
import type { Caller } from "@rollcall/runtime/implement";
import { digestOf } from "@rollcall/runtime/token";
import { LRUCache } from "lru-cache";
import { bearerSecret } from "./authorization.ts";
import { createLimiter, type Limiter, type RateLimit } from "./rate-limit.ts";

/** What the gateway keeps of a token between its requests. Never the secret. */
export interface Session {
  /** SHA-256 of the secret: what is forwarded in its place. */
  readonly digest: Buffer;
  /** Counts a request. Undefined where rates are not limited. */
  readonly limit: Limiter | undefined;
}

/** A request whose token is good. */
export interface Admission {
  caller: Caller;
  session: Session;
}

/**
 * Finds out who sends a request, from its raw headers, and counts it. Throws, or
 * rejects with, a StatusError: UNAUTHENTICATED (TOKEN_*), UNAVAILABLE
 * (TOKEN_VERIFICATION_UNAVAILABLE), RESOURCE_EXHAUSTED (RATE_LIMITED).
 */
export type Admit = (rawHeaders: readonly string[]) => Admission | Promise<Admission>;

// Tokens in use at a time. One more costs the longest unused its rate and its open batches.
const SESSIONS = 10_000;

interface AdmissionOptions {
  tokens: Pick<TokenCache, "verifySecret" | "verifyDigest">;
  /** Undefined: rates are not limited. */
  rate: RateLimit | undefined;
}

/**
 * Admits requests by their bearer tokens. For a token in use that is one
 * SHA-256 and two look-ups in memory; each request asks the token cache anew,
 * so that a revocation holds from the next request on.
 */
export function createAdmission({ tokens, rate }: AdmissionOptions): Admit {
  const sessions = new LRUCache<string, Session>({ max: SESSIONS });

  return (rawHeaders) => {
    const secret = bearerSecret(rawHeaders);
    const key = hash("sha256", secret, "base64");
    const session = sessions.get(key);
    const caller = session ? tokens.verifyDigest(session.digest) : tokens.verifySecret(secret);
    if (caller instanceof Promise) return caller.then((found) => admitted(key, found, secret));
    return admitted(key, caller, secret);
  };

  function admitted(key: string, caller: Caller, secret: string): Admission {
    let session = sessions.get(key);
    if (!session) {
      session = { digest: digestOf(secret), limit: rate && createLimiter(rate) };
      sessions.set(key, session);
    }
    session.limit?.();
    return { caller, session };
  }
}
