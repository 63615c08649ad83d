import { setTimeout as sleep } from "node:timers/promises";
import type { Metadata } from "@grpc/grpc-js";
import type {
  TokenServiceService,
  WatchedToken,
  WatchTokensResponse,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { RpcClient } from "./client.ts";
import type { Logger } from "./log.ts";
import { StatusError } from "./status.ts";

/** What a watch tells its owner, in the order of the stream. */
export interface TokenWatchListener {
  /** Forget everything known before: a snapshot replaces it. */
  replace(tokens: WatchedToken[]): void;
  change(tokens: WatchedToken[]): void;
  /** Everything that had committed when the server sent this has been told. */
  caughtUp(): void;
}

interface TokenWatchOptions {
  client: Pick<RpcClient<TokenServiceService>, "watchTokens">;
  metadata: Metadata;
  logger: Logger;
  listener: TokenWatchListener;
  signal: AbortSignal;
}

const FIRST_BACKOFF_MS = 50;
const LAST_BACKOFF_MS = 2_000;
// The server sends at least every 10 s. A stream that is silent for longer is
// dead, though nobody closed it: a frozen process, a network that drops packets.
const SILENCE_MS = 15_000;

/** Follows WatchTokens until `signal` aborts: reconnects when it is cut and resumes by version. */
export async function followTokens({ client, metadata, logger, listener, signal }: TokenWatchOptions): Promise<void> {
  let version = 0;
  let failures = 0;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const silence = setTimeout(() => attempt.abort(), SILENCE_MS);
    try {
      const messages = client.watchTokens(
        { sinceVersion: version },
        { metadata, signal: AbortSignal.any([signal, attempt.signal]) },
      );
      for await (const caughtUpWith of apply(messages, listener)) {
        silence.refresh();
        if (caughtUpWith === 0) continue;
        if (failures > 0) logger.info("tokens are watched again");
        failures = 0;
        version = caughtUpWith;
        listener.caughtUp();
      }
    } catch (error) {
      // Servers end streams to drain and to rebalance; only what lasts is worth an alarm.
      if (!signal.aborted)
        logger[failures > 1 ? "warn" : "info"]({ why: reasonOf(error) }, "the watch of tokens was cut");
    } finally {
      clearTimeout(silence);
    }
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** failures++, LAST_BACKOFF_MS);
    await sleep(backoff * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
  }
}

// A stack says nothing here: the call is always the same one.
function reasonOf(error: unknown): string {
  return error instanceof StatusError ? `${error.reason}: ${error.message}` : String(error);
}

/** Tells the listener each message and yields its version. A snapshot is told once, when it is complete. */
async function* apply(messages: AsyncIterable<WatchTokensResponse>, listener: TokenWatchListener) {
  let snapshot: WatchedToken[] | undefined;
  for await (const { reset, tokens, version } of messages) {
    if (reset) snapshot = [];
    if (snapshot === undefined) listener.change(tokens);
    else for (const token of tokens) snapshot.push(token);
    if (snapshot !== undefined && version > 0) {
      listener.replace(snapshot);
      snapshot = undefined;
    }
    yield version;
  }
}
