import { status } from "@grpc/grpc-js";
import type { TokenServiceService, WatchTokensResponse } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { tokenInvalid } from "@rollcall/runtime/credentials";
import type { Caller, Handlers } from "@rollcall/runtime/implement";
import { StatusError } from "@rollcall/runtime/status";
import type pg from "pg";
import { isLive, type TokenRecord } from "../domain/token.ts";
import type { ChangeSignal } from "../storage/change-signal.ts";
import { currentVersion, FIRST_TOKEN, liveTokensAfter, type TokenKey, tokensChangedAfter } from "../storage/changes.ts";
import { findToken } from "../storage/tokens.ts";
import { tokenMessage } from "./token-message.ts";

interface WatchTokensOptions {
  pool: pg.Pool;
  changes: ChangeSignal;
  /** Ends every watch. */
  draining: AbortSignal;
  /** Milliseconds since 1970. */
  now: () => number;
}

const MESSAGE_TOKENS = 1_000;
// A verifier trusts what it knows for 30 s after the last message.
const HEARTBEAT_MS = 10_000;

/**
 * TokenService's WatchTokens. Every message rests on a read of the database, a
 * heartbeat's too: a server that has lost its database says nothing, so that
 * verifiers do not go on trusting what may have been revoked.
 */
export function watchTokensHandler(options: WatchTokensOptions): Handlers<TokenServiceService>["watchTokens"] {
  const { pool, changes, draining, now } = options;
  return async function* watchTokens({ sinceVersion }, { caller, signal }) {
    const ending = AbortSignal.any([signal, draining]);
    const known = sinceVersion > 0 && sinceVersion <= (await currentVersion(pool));
    let version = known ? sinceVersion : yield* snapshot(options);
    while (!ending.aborted) {
      await requireLive(pool, caller, now());
      const changed = await tokensChangedAfter(pool, version, MESSAGE_TOKENS);
      version = changed.at(-1)?.changeVersion ?? version;
      const complete = changed.length < MESSAGE_TOKENS;
      yield message(changed, { reset: false, version: complete ? version : 0, time: now() });
      if (complete) await changes.wait(version, HEARTBEAT_MS, ending);
    }
    throw new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "The server is stopping. Watch again.");
  };
}

/**
 * Every live token, then the version to continue from. The version is read
 * before the tokens: what changes between two pages comes again as a change,
 * so no long transaction is needed.
 */
async function* snapshot({ pool, now }: WatchTokensOptions): AsyncGenerator<WatchTokensResponse, number> {
  const version = await currentVersion(pool);
  let key: TokenKey | undefined = FIRST_TOKEN;
  let reset = true;
  while (key) {
    const time = now();
    const page: TokenRecord[] = await liveTokensAfter(pool, key, time, MESSAGE_TOKENS);
    key = page.length < MESSAGE_TOKENS ? undefined : page.at(-1);
    yield message(page, { reset, version: key ? 0 : version, time });
    reset = false;
  }
  return version;
}

/** A stream outlives many calls, so the caller's token is looked at again with each message. */
async function requireLive(pool: pg.Pool, { accountId, tokenId }: Caller, time: number): Promise<void> {
  const token = await findToken(pool, accountId, tokenId);
  if (!token || !isLive(token, time)) throw tokenInvalid();
}

function message(
  tokens: TokenRecord[],
  { reset, version, time }: { reset: boolean; version: number; time: number },
): WatchTokensResponse {
  const watched = tokens.map((token) => ({ token: tokenMessage(token, time), fingerprint: token.fingerprint }));
  return { reset, tokens: watched as WatchTokensResponse["tokens"], version };
}
