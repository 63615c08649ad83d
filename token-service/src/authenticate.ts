import { callerOf, presentedDigest, tokenInvalid, tokenVerificationUnavailable } from "@rollcall/runtime/credentials";
import type { Authenticate } from "@rollcall/runtime/implement";
import { fingerprintOf } from "@rollcall/runtime/token";
import type pg from "pg";
import { isLive, type TokenRecord } from "./domain/token.ts";
import { findTokenByFingerprint } from "./storage/tokens.ts";

/**
 * Finds this service's own callers in its database, at every call: they are
 * few, and nothing is truer. `now`: milliseconds since 1970.
 */
export function authenticateFrom(pool: pg.Pool, now: () => number): Authenticate {
  return async (metadata) => {
    const fingerprint = fingerprintOf(presentedDigest(metadata));
    let token: TokenRecord | undefined;
    try {
      token = await findTokenByFingerprint(pool, fingerprint);
    } catch (error) {
      throw tokenVerificationUnavailable(error);
    }
    if (!token || !isLive(token, now())) throw tokenInvalid();
    return callerOf(token);
  };
}
