import { status } from "@grpc/grpc-js";
import {
  type RotateTokenResponse,
  type Token,
  TokenScope,
  type TokenServiceService,
  TokenState,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { tokenInvalid } from "@rollcall/runtime/credentials";
import { type Database, transaction } from "@rollcall/runtime/database";
import type { Caller, Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { fingerprintOf } from "@rollcall/runtime/token";
import { validate as isUuid } from "uuid";
import { newToken } from "../domain/new-token.ts";
import { endNoLaterThan, isLive, stateAt, successorEnd } from "../domain/token.ts";
import { stampChanges } from "../storage/changes.ts";
import { addToken, findTokenByFingerprint, listTokens, lockToken } from "../storage/tokens.ts";
import { tokenMessage } from "./token-message.ts";
import { checkAccountId, checkGracePeriod, checkIssue } from "./token-request.ts";

interface TokenHandlersOptions {
  db: Database;
  /** Milliseconds since 1970. */
  now: () => number;
}

const DIGEST_BYTES = 32;

/** TokenService's unary methods. */
export function tokenHandlers({ db, now }: TokenHandlersOptions): Omit<Handlers<TokenServiceService>, "watchTokens"> {
  return {
    async issueToken(request, { caller }) {
      const accountId = accountFor(caller, request.accountId);
      const { scopes, label, ttlMs } = checkIssue(request, accountId);
      const time = now();
      const endTime = new Date(time + ttlMs);
      const { secret, ...token } = newToken({ accountId, scopes, label, endTime, creatorId: caller.tokenId }, time);
      const added = await transaction(db, async (tx) => {
        const record = addToken(tx, token);
        await stampChanges(tx, [record]);
        return tokenMessage(record, time);
      });
      return { token: added, secret };
    },

    async rotateToken({ id, gracePeriod }, { caller }) {
      const graceMs = checkGracePeriod(gracePeriod);
      return transaction(db, async (tx): Promise<RotateTokenResponse> => {
        const old = await lockToken(tx, caller.accountId, knownForm(id));
        if (!old) throw notFound();
        // After the lock: the wait for it may have been long.
        const time = now();
        if (stateAt(old, time) !== TokenState.TOKEN_STATE_ACTIVE) throw notActive();
        const { accountId, scopes, label } = old;
        const { secret, ...token } = newToken(
          { accountId, scopes, label, endTime: successorEnd(old, time), creatorId: caller.tokenId },
          time,
        );
        const successor = addToken(tx, { ...token, predecessorId: old.id });
        const oldest = old.predecessorId ? await lockToken(tx, accountId, old.predecessorId) : null;
        old.successorId = successor.id;
        old.endTime = endNoLaterThan(old, time + graceMs);
        const changed = [old, successor];
        if (oldest && isLive(oldest, time)) {
          oldest.endTime = endNoLaterThan(oldest, time);
          changed.push(oldest);
        }
        await stampChanges(tx, changed);
        return { token: tokenMessage(successor, time), secret, predecessor: tokenMessage(old, time) };
      });
    },

    async revokeToken({ id }, { caller }) {
      return transaction(db, async (tx): Promise<Token> => {
        const token = await lockToken(tx, caller.accountId, knownForm(id));
        if (!token) throw notFound();
        const time = now();
        if (!token.revokeTime) {
          token.revokeTime = new Date(time);
          await stampChanges(tx, [token]);
        }
        return tokenMessage(token, time);
      });
    },

    async listTokens(request, { caller }) {
      const accountId = accountFor(caller, request.accountId);
      const violations = checkAccountId(accountId);
      if (violations.length > 0) throw fieldInvalid(violations);
      const time = now();
      return { tokens: (await listTokens(db.pool, accountId)).map((token) => tokenMessage(token, time)) };
    },

    async verifyToken({ digest }) {
      if (digest.length !== DIGEST_BYTES)
        throw fieldInvalid([{ field: "digest", description: `must be ${DIGEST_BYTES} bytes.` }]);
      const token = await findTokenByFingerprint(db.pool, fingerprintOf(digest));
      const time = now();
      // The field tells a verifier that the digest is meant and not its own token.
      if (!token || !isLive(token, time)) throw tokenInvalid({ field: "digest" });
      return { token: tokenMessage(token, time) };
    },
  };
}

/** The account that a request is about: an operator says it, an owner's is the owner's own. */
function accountFor(caller: Caller, wanted: string): string {
  if (caller.scopes.has(TokenScope.TOKEN_SCOPE_OPERATOR)) return wanted;
  if (wanted === "" || wanted === caller.accountId) return caller.accountId;
  throw new StatusError(status.PERMISSION_DENIED, "SCOPE_MISSING", "Only an operator may name another account.", {
    metadata: { scopes: "operator" },
  });
}

/** An id that PostgreSQL takes for a UUID. What is none is the id of no token. */
function knownForm(id: string): string {
  if (isUuid(id)) return id;
  throw notFound();
}

/** Also for tokens of other accounts: that they exist is not told. */
function notFound(): StatusError {
  return new StatusError(status.NOT_FOUND, "TOKEN_NOT_FOUND", "The account has no token with this id.");
}

function notActive(): StatusError {
  return new StatusError(
    status.FAILED_PRECONDITION,
    "TOKEN_NOT_ACTIVE",
    "The token has been rotated, has expired or was revoked, so it cannot be rotated.",
  );
}
