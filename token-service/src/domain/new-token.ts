import { digestOf, fingerprintOf, generateToken, lastFour } from "@rollcall/runtime/token";
import { v7 as uuidv7 } from "uuid";
import type { TokenRecord } from "./token.ts";

type Given = Pick<TokenRecord, "accountId" | "scopes" | "label" | "endTime" | "creatorId">;

/** A fresh token with its secret, which is kept nowhere. `time`: milliseconds since 1970. */
export function newToken(given: Given, time: number): Omit<TokenRecord, "changeVersion"> & { secret: string } {
  const secret = generateToken();
  return { ...tokenWithSecret(secret, given, time), secret };
}

/** The record of a token whose secret was made elsewhere. */
export function tokenWithSecret(secret: string, given: Given, time: number): Omit<TokenRecord, "changeVersion"> {
  return {
    ...given,
    id: uuidv7({ msecs: time }),
    fingerprint: fingerprintOf(digestOf(secret)),
    lastFour: lastFour(secret),
    createTime: new Date(time),
    revokeTime: null,
    predecessorId: null,
    successorId: null,
  };
}
