import type { Database } from "@rollcall/runtime/database";
import type { Logger } from "@rollcall/runtime/log";
import { repeat } from "./repeat.ts";
import { purgeExecutions } from "./storage/execution-retention.ts";
import { purgeRequests } from "./storage/requests.ts";

interface RetentionOptions {
  db: Database;
  logger: Logger;
  /** What time it is. */
  now?: () => Date;
}

const PAUSE_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;
const REQUEST_LOG_MS = 30 * DAY_MS;
const EXECUTIONS_MS = 90 * DAY_MS;

/**
 * Removes what is kept for a time only, once an hour. Every process does so,
 * those without reconcile as well: no setting can leave nobody to do it, and
 * two at a time do not get into each other's way.
 */
export function startRetention({ db, logger, now = () => new Date() }: RetentionOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const before = (age: number) => new Date(now().getTime() - age);
  const purge = async () => {
    try {
      const requests = await purgeRequests(db.pool, before(REQUEST_LOG_MS), { signal });
      if (requests > 0) logger.info({ requests }, "removed requests of more than 30 days ago from the log");
      const executions = await purgeExecutions(db.pool, before(EXECUTIONS_MS), { signal });
      if (executions > 0) logger.info({ executions }, "removed executions of more than 90 days ago");
    } catch (error) {
      logger.warn({ err: error }, "outdated records could not be removed; they will be in an hour");
    }
  };
  const purging = repeat(purge, PAUSE_MS);
  return {
    async stop() {
      stopping.abort();
      await purging.stop();
    },
  };
}
