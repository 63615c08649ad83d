import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { type Database, transaction } from "@rollcall/runtime/database";
import { digestOf, fingerprintOf } from "@rollcall/runtime/token";
import { tokenWithSecret } from "./domain/new-token.ts";
import { endNoLaterThan, isLive, TokenEntity, type TokenRecord } from "./domain/token.ts";
import { lockWriters, stampChanges } from "./storage/changes.ts";
import { addToken } from "./storage/tokens.ts";

/** The secrets that operators and services call with. Unset: there is none. */
export interface EnvironmentTokens {
  operatorToken?: string | undefined;
  serviceToken?: string | undefined;
}

/**
 * How long a replaced secret goes on working: long enough for a rollout to
 * reach every process that calls with it.
 */
export const ENVIRONMENT_GRACE_MS = 3_600_000;

/**
 * Makes the tokens of the environment those of the database. A secret that is
 * no longer configured ends after the grace period; one that was replaced
 * before that ends at once, so that two are live at most.
 */
export async function registerEnvironmentTokens(
  db: Database,
  { operatorToken, serviceToken }: EnvironmentTokens,
  now: () => number,
): Promise<void> {
  await transaction(db, async (tx) => {
    // Replicas start together; no other transaction changes these tokens.
    await lockWriters(tx);
    const time = now();
    const known = await tx.find(TokenEntity, { accountId: "" });
    const changed: TokenRecord[] = [];
    for (const { scope, label, secret } of [
      { scope: TokenScope.TOKEN_SCOPE_OPERATOR, label: "ROLLCALL_OPERATOR_TOKEN", secret: operatorToken },
      { scope: TokenScope.TOKEN_SCOPE_SERVICE, label: "ROLLCALL_SERVICE_TOKEN", secret: serviceToken },
    ]) {
      const ofScope = known.filter(({ scopes }) => scopes.includes(scope));
      let current = secret === undefined ? undefined : withSecret(ofScope, secret);
      if (current && activate(current)) changed.push(current);
      if (secret !== undefined && !current) {
        const given = { accountId: "", scopes: [scope], label, endTime: null, creatorId: null };
        current = addToken(tx, tokenWithSecret(secret, given, time));
        changed.push(current);
      }
      const others = ofScope.filter((token) => token !== current && isLive(token, time));
      changed.push(...retire(others, current, time));
    }
    if (changed.length > 0) await stampChanges(tx, changed);
  });
}

function withSecret(tokens: TokenRecord[], secret: string): TokenRecord | undefined {
  const fingerprint = fingerprintOf(digestOf(secret));
  return tokens.find((token) => fingerprint.equals(token.fingerprint));
}

/** What is configured works, even where it was replaced before. Answers whether that changed anything. */
function activate(token: TokenRecord): boolean {
  if (!token.endTime && !token.revokeTime && !token.successorId) return false;
  token.endTime = null;
  token.revokeTime = null;
  token.successorId = null;
  return true;
}

/** Answers the tokens that changed: none where nothing was replaced since the last start. */
function retire(others: TokenRecord[], successor: TokenRecord | undefined, time: number): TokenRecord[] {
  if (others.every(({ endTime }) => endTime)) return [];
  for (const token of others) {
    if (!token.endTime) token.successorId = successor?.id ?? null;
    token.endTime = token.endTime ? endNoLaterThan(token, time) : new Date(time + ENVIRONMENT_GRACE_MS);
  }
  return others;
}
