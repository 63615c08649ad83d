import { hash } from "node:crypto";
import type { TokenCache } from "@rollcall/runtime/authenticate";
import type { Caller } from "@rollcall/runtime/implement";
import { digestOf } from "@rollcall/runtime/token";
import { LRUCache } from "lru-cache";
import { bearerSecret } from "./authorization.ts";
import { createLimiter, type RateLimit } from "./rate-limit.ts";

/** What the gateway keeps of a token between its requests. Never the secret. */
export interface Session {
  /** SHA-256 of the secret: what is forwarded in its place. */
  readonly digest: Buffer;
  /** Undefined where rates are not limited. */
  readonly limit: SessionLimit | undefined;
}

/** The rate of a token, as its account has it at present. */
export interface SessionLimit {
  /** Counts one request. Throws RESOURCE_EXHAUSTED (RATE_LIMITED) where that is one too many. */
  count(): void;
  /** As Limiter.owe. */
  owe(requests: number): void;
}

/** A request whose token is good. */
export interface Admission {
  caller: Caller;
  session: Session;
}

/**
 * Finds out who sends a request, from its raw headers. Throws, or rejects with, a
 * StatusError: UNAUTHENTICATED (TOKEN_*), UNAVAILABLE
 * (TOKEN_VERIFICATION_UNAVAILABLE). The request is not counted yet.
 */
export type Admit = (rawHeaders: readonly string[]) => Admission | Promise<Admission>;

// Tokens in use at a time. One more costs the longest unused its rate and its open batches.
const SESSIONS = 10_000;

interface AdmissionOptions {
  tokens: Pick<TokenCache, "verifySecret" | "verifyDigest">;
  /** What each token of an account may do at present. Undefined: rates are not limited. */
  rateOf: ((accountId: string) => RateLimit) | undefined;
}

/**
 * Admits requests by their bearer tokens. For a token in use that is one
 * SHA-256 and two look-ups in memory; each request asks the token cache anew,
 * so that a revocation holds from the next request on.
 */
export function createAdmission({ tokens, rateOf }: AdmissionOptions): Admit {
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
      session = { digest: digestOf(secret), limit: rateOf && sessionLimit(() => rateOf(caller.accountId)) };
      sessions.set(key, session);
    }
    return { caller, session };
  }
}

function sessionLimit(rate: () => RateLimit): SessionLimit {
  const limiter = createLimiter();
  return { count: () => limiter(rate()), owe: limiter.owe };
}
