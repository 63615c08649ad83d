import type { Logger } from "@rollcall/runtime/log";
import pg from "pg";
import { CHANGE_CHANNEL, currentVersion } from "./changes.ts";

/** Wakes the watchers of this process when any replica has committed a change. */
export interface ChangeSignal {
  /** Resolves when a version above `version` is known, after `timeoutMs`, or when `signal` aborts. */
  wait(version: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

// Twice a second, so that a revocation takes less than one even where notifications do not come through.
const POLL_MS = 500;

/**
 * Polls the version, which is the truth; PostgreSQL's notification
 * only makes the next poll come at once. So a connection pooler that drops
 * notifications, or a lost connection, costs time and no change. Resolves when
 * notifications are on or turned out not to be had.
 */
export async function createChangeSignal(pool: pg.Pool, url: string, logger: Logger): Promise<ChangeSignal> {
  const waiting = new Set<() => void>();
  let known = 0;
  let polling: Promise<void> | undefined;
  let pollAgain = false;
  let failing = false;
  let listener: pg.Client | undefined;
  let closed = false;

  async function poll(): Promise<void> {
    do {
      pollAgain = false;
      try {
        const version = await currentVersion(pool);
        const changed = version !== known;
        known = version;
        failing = false;
        if (changed) for (const wake of waiting) wake();
      } catch (error) {
        if (!failing && !closed) logger.warn({ err: error }, "changes of tokens cannot be read");
        failing = true;
      }
    } while (pollAgain);
    polling = undefined;
  }

  function pollNow(): void {
    // A poll under way may have read before the commit that this is about.
    if (polling) pollAgain = true;
    else polling = poll();
  }

  async function listen(): Promise<void> {
    const client = new pg.Client({ connectionString: url, keepAlive: true });
    listener = client;
    const lost = () => {
      if (listener === client) listener = undefined;
      void client.end().catch(() => {});
    };
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", pollNow);
    try {
      await client.connect();
      await client.query(`listen ${CHANGE_CHANNEL}`);
    } catch (error) {
      logger.debug({ err: error }, "notifications of changed tokens are off; polling goes on");
      lost();
    }
  }

  const timer = setInterval(() => {
    pollNow();
    if (!listener) void listen();
  }, POLL_MS);
  pollNow();
  await listen();

  return {
    wait(version, timeoutMs, signal) {
      if (known > version || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          clearTimeout(timeout);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const timeout = setTimeout(wake, timeoutMs);
        signal.addEventListener("abort", wake, { once: true });
        waiting.add(wake);
      });
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await listener?.end().catch(() => {});
      await polling;
    },
  };
}
