import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import { TokenScope, TokenState } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";

/** A token as it is stored: everything but its secret. */
export const TokenEntity = defineEntity({
  name: "Token",
  tableName: "token",
  properties: {
    /** "" for operators and services. */
    accountId: p.text().primary(),
    id: p.uuid().primary(),
    fingerprint: p.blob(),
    lastFour: p.text(),
    scopes: p.array<TokenScope>((scope) => Number(scope) as TokenScope, String).columnType("smallint[]"),
    label: p.text(),
    createTime: p.datetime(),
    /** When it stops working by itself. It only ever moves closer. */
    endTime: p.datetime().nullable(),
    revokeTime: p.datetime().nullable(),
    predecessorId: p.uuid().nullable(),
    successorId: p.uuid().nullable(),
    creatorId: p.uuid().nullable(),
    changeVersion: p.bigint("number"),
  },
});

/** A row of the table `token`. */
export type TokenRecord = InferEntity<typeof TokenEntity>;

/** A day in milliseconds. */
export const DAY_MS = 86_400_000;
/** How long a token lives where its issuer does not say: 365 days, in milliseconds. */
export const DEFAULT_TTL_MS = 365 * DAY_MS;
/** The longest life a token may be given: 730 days, in milliseconds. */
export const MAX_TTL_MS = 2 * DEFAULT_TTL_MS;
/** How long a rotated token goes on working where the caller does not say: 30 days, in milliseconds. */
export const DEFAULT_GRACE_MS = 30 * DAY_MS;
/** The longest time a rotated token may go on working: 90 days, in milliseconds. */
export const MAX_GRACE_MS = 90 * DAY_MS;
/** The longest label of a token, in characters. */
export const MAX_LABEL = 128;

/** What a token of an account may carry. The other scopes come from the environment alone. */
export const ACCOUNT_SCOPES: ReadonlySet<TokenScope> = new Set([
  TokenScope.TOKEN_SCOPE_SCIM,
  TokenScope.TOKEN_SCOPE_DIRECTORY_READ,
  TokenScope.TOKEN_SCOPE_DIRECTORY_WRITE,
  TokenScope.TOKEN_SCOPE_ADMINISTRATOR,
  TokenScope.TOKEN_SCOPE_OWNER,
]);

/** Where a token stands at a time in milliseconds since 1970. */
export function stateAt(token: Pick<TokenRecord, "endTime" | "revokeTime" | "successorId">, time: number): TokenState {
  // Not compared with the time: another replica's clock may be a little ahead.
  if (token.revokeTime) return TokenState.TOKEN_STATE_REVOKED;
  if (token.endTime && token.endTime.getTime() <= time) return TokenState.TOKEN_STATE_EXPIRED;
  return token.successorId ? TokenState.TOKEN_STATE_RETIRING : TokenState.TOKEN_STATE_ACTIVE;
}

/** Whether a token works at a time. */
export function isLive(token: Pick<TokenRecord, "endTime" | "revokeTime" | "successorId">, time: number): boolean {
  const state = stateAt(token, time);
  return state === TokenState.TOKEN_STATE_ACTIVE || state === TokenState.TOKEN_STATE_RETIRING;
}

/** The earlier of a token's end and a time in milliseconds since 1970: an end never moves away. */
export function endNoLaterThan(token: Pick<TokenRecord, "endTime">, time: number): Date {
  return token.endTime && token.endTime.getTime() < time ? token.endTime : new Date(time);
}

/** When the successor of a token that is rotated at `time` ends: it lives as long as the token was given. */
export function successorEnd(token: Pick<TokenRecord, "createTime" | "endTime">, time: number): Date | null {
  return token.endTime ? new Date(time + token.endTime.getTime() - token.createTime.getTime()) : null;
}
