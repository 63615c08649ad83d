import { type Database, transaction } from "@rollcall/runtime/database";
import type { Logger } from "@rollcall/runtime/log";
import { StatusError } from "@rollcall/runtime/status";
import { repeat } from "../../repeat.ts";
import { purgeDisablements } from "../../storage/disablements.ts";
import { noteReminders, summarizeHolds, type WatchedHold, watchedHolds } from "../../storage/hold-watch.ts";
import { onPool } from "../../storage/statement.ts";
import { discardHold } from "./decide.ts";
import { countExpiry, countReminder, observeHolds } from "./metrics.ts";
import { remindersDue } from "./reminders.ts";
import { WINDOW_MS } from "./trips.ts";

interface HoldWatchOptions {
  db: Database;
  logger: Logger;
  /** Called with accounts that have something to be mapped. */
  scheduleReconcile(accountId: string): void;
  /** What time it is. */
  now?: () => Date;
}

// A reminder comes one hour before a hold expires: an hour's pause could miss it.
const PAUSE_MS = 600_000;

/**
 * Reminds owners of holds, discards those that have expired, and offers metrics
 * of them. Every process does so, and each reminder is given by one: a line in
 * the log without personal data, and a count.
 */
export function startHoldWatch({ db, now = () => new Date(), ...options }: HoldWatchOptions): {
  stop(): Promise<void>;
} {
  const { logger } = options;
  const watch = async () => {
    try {
      await watchHolds({ db, now, ...options });
    } catch (error) {
      logger.warn({ err: error }, "holds could not be looked after; they will be in ten minutes");
    }
  };
  const watching = repeat(watch, PAUSE_MS);
  const summary = () => summarizeHolds(onPool(db)).catch(() => undefined);
  const observing = observeHolds(summary, now);
  return {
    async stop() {
      observing.stop();
      await watching.stop();
    },
  };
}

/** One round: whom it is time to remind, and what has expired. A hold that cannot be looked after does not stop the others. */
export async function watchHolds(options: HoldWatchOptions): Promise<void> {
  const { db, logger, now = () => new Date() } = options;
  await purgeDisablements(onPool(db), new Date(now().getTime() - WINDOW_MS));
  for (const hold of await watchedHolds(onPool(db)))
    try {
      await watchHold(options, hold, now());
    } catch (error) {
      logger.warn({ ...about(hold), err: error }, "a hold could not be looked after");
    }
}

async function watchHold(
  { db, logger, scheduleReconcile }: HoldWatchOptions,
  hold: WatchedHold,
  now: Date,
): Promise<void> {
  if (hold.expireTime <= now) {
    if (!(await expire(db, hold, now))) return;
    countExpiry();
    scheduleReconcile(hold.accountId);
    logger.warn(about(hold), "a hold has expired: nobody is disabled");
    return;
  }
  const due = remindersDue(hold, now);
  if (due === hold.reminders || !(await noteReminders(onPool(db), hold, due))) return;
  countReminder();
  logger.warn(about(hold), "a hold waits for an owner's decision");
}

/** Discards a hold. False: somebody has decided meanwhile. */
async function expire(db: Database, { accountId, id }: WatchedHold, now: Date): Promise<boolean> {
  try {
    await transaction(db, (tx) => discardHold(tx, accountId, id, { now }));
    return true;
  } catch (error) {
    if (error instanceof StatusError && error.reason === "HOLD_NOT_ACTIVE") return false;
    throw error;
  }
}

function about({ accountId, id, people, createTime, expireTime }: WatchedHold): object {
  return { account: accountId, hold: id, people, createTime, expireTime };
}
