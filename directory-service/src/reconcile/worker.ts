import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "@rollcall/runtime/database";
import type { Logger } from "@rollcall/runtime/log";
import { type JobHelpers, Logger as JobLogger, type Runner, run, type WorkerEvents } from "graphile-worker";
import { failpoint } from "../failpoint.ts";
import { repeat } from "../repeat.ts";
import { forgetWalks } from "../storage/walk.ts";
import { reconcileBatch } from "./batch.ts";
import { describeFault } from "./fault.ts";
import { addJobs, type ReconcileJob, TASK } from "./jobs.ts";
import { BATCH_SIZE } from "./mode.ts";
import { announce, type Presence } from "./presence.ts";
import { connectJobs } from "./schedule.ts";
import { refreshStatistics } from "./statistics.ts";
import { accountsWithoutJob, releaseDeadPools } from "./sweep.ts";

interface ReconcileOptions {
  db: Database;
  /** The same database's URL: jobs have connections of their own. */
  url: string;
  logger: Logger;
  /** How many accounts are mapped at a time. Default 4. */
  concurrency?: number;
}

const SWEEP_MS = 5_000;
const RESTART_MS = 1_000;
// Then an account's job makes room for others and comes again.
const JOB_MS = 2_000;

/**
 * Starts mapping in this process: jobs as they are scheduled, and whatever an
 * earlier process left. The job queue gives up where it cannot note how a job
 * ended, as when the database goes away meanwhile: another one is started then.
 * `stop` lets running batches finish.
 */
export async function startReconcile(options: ReconcileOptions): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  let queue = await startQueue(options);

  const supervise = async () => {
    while (!stopping.signal.aborted) {
      await queue.ended;
      if (stopping.signal.aborted) return;
      options.logger.warn("the job queue gave up; another one is started");
      await queue.stop();
      queue = await startAnother(options, stopping.signal).catch(() => queue);
    }
  };
  const supervised = supervise();

  return {
    async stop() {
      stopping.abort();
      await queue.stop();
      await supervised;
    },
  };
}

/** A job queue and what goes with it. */
interface Queue {
  /** Resolves when the queue has ended, told to or not. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

async function startQueue({ db, url, logger, concurrency = 4 }: ReconcileOptions): Promise<Queue> {
  const events: WorkerEvents = new EventEmitter();
  const poolId = new Promise<string>((resolve) => {
    events.once("pool:create", ({ workerPool }) => resolve(workerPool.id));
  });
  const runner = await run({
    connectionString: url,
    maxPoolSize: concurrency + 1,
    concurrency,
    noHandleSignals: true,
    events,
    logger: jobLogger(logger),
    taskList: { [TASK]: (job, helpers) => reconcileAccount(db, job as ReconcileJob, helpers, logger) },
    // Without these the queue notes a job's end in a promise that nobody awaits: a lost connection would end the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  const ended = runner.promise.catch(() => {});
  const presence = await announce(url, await poolId, logger).catch(async (error) => {
    await runner.stop().catch(() => {});
    throw error;
  });
  const disconnect = connectJobs((accountIds) => addJobs(runner, accountIds, logger));
  const sweep = repeat(() => sweepOnce(db, runner, presence, logger), SWEEP_MS);

  return {
    ended,
    async stop() {
      disconnect();
      await sweep.stop();
      // One that gave up has stopped already, and says so by throwing.
      await runner.stop().catch(() => {});
      await ended;
      await presence.end();
    },
  };
}

/** Tries until the database is back, or until `signal` aborts, which rejects. */
async function startAnother(options: ReconcileOptions, signal: AbortSignal): Promise<Queue> {
  for (;;) {
    await sleep(RESTART_MS, undefined, { signal });
    try {
      return await startQueue(options);
    } catch (error) {
      options.logger.warn({ err: error }, "the job queue could not be started");
    }
  }
}

async function reconcileAccount(
  db: Database,
  { accountId }: ReconcileJob,
  helpers: JobHelpers,
  logger: Logger,
): Promise<void> {
  const deadline = performance.now() + JOB_MS;
  try {
    while ((await reconcileOnce(db, accountId, logger)) > 0) {
      if (helpers.abortSignal.aborted) return;
      failpoint("reconcile.between-batches");
      if (performance.now() > deadline) return await addJobs(helpers, [accountId], logger);
    }
  } catch (error) {
    logger.warn({ account: accountId, err: error }, "reconcile was interrupted and will be tried again");
    // The queue keeps the message, which must not quote the database.
    throw new Error(describeFault(error));
  }
}

async function reconcileOnce(db: Database, accountId: string, logger: Logger): Promise<number> {
  const taken = await reconcileBatch(db, accountId, logger);
  if (taken > 0) failpoint("reconcile.after-commit");
  if (taken === BATCH_SIZE) await refreshStatistics(db.pool);
  return taken;
}

async function sweepOnce(db: Database, runner: Runner, presence: Presence, logger: Logger): Promise<void> {
  try {
    await presence.renew();
    const dead = await releaseDeadPools(db.pool);
    if (dead.length > 0) logger.warn({ pools: dead }, "took over the jobs of processes that ended");
    const accountIds = await accountsWithoutJob(db.pool);
    if (accountIds.length > 0) await addJobs(runner, accountIds, logger);
    await forgetWalks(db.pool);
  } catch (error) {
    logger.warn({ err: error }, "reconcile sweep failed");
  }
}

/** The job queue's own lines; what its tasks say is logged by them. */
function jobLogger(logger: Logger): JobLogger {
  return new JobLogger(() => (level, message) => {
    if (level === "error") logger.error({ source: "jobs" }, message);
    else if (level === "warning") logger.warn({ source: "jobs" }, message);
    else logger.debug({ source: "jobs" }, message);
  });
}
