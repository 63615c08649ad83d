import { status } from "@grpc/grpc-js";
import type { PlanProgress } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Database, Session } from "@rollcall/runtime/database";
import type { Logger } from "@rollcall/runtime/log";
import { isTransient, sqlState } from "@rollcall/runtime/sql-state";
import { StatusError } from "@rollcall/runtime/status";
import { makeShadows } from "./make-shadows.ts";
import { openPlanSession } from "./plan-session.ts";
import type { PlanSlots } from "./plan-slots.ts";
import { rehearse, whileWorking } from "./rehearse.ts";

/** What plans run in. */
export interface PlanContext {
  db: Database;
  /** The same database's URL: each plan has a session of its own. */
  databaseUrl: string;
  slots: PlanSlots;
  logger: Logger;
  /** Aborts when the process stops. */
  draining: AbortSignal;
  /** How long an answer may wait to be read, as others wait for the slot. Milliseconds. Default: a minute. */
  patienceMs?: number;
}

/** What one plan is about. */
export interface PlanWork<Answer> {
  accountId: string;
  /** Aborts when nobody waits for the answers any more. */
  signal: AbortSignal;
  /** Changes the shadows within the snapshot that they were made of; in `schema` are the real tables. */
  prepare(session: Session, schema: string): Promise<void>;
  /** Compares the shadows, once nothing waits in them. */
  compare(session: Session): Promise<void>;
  /** What to answer then. */
  answers(session: Session): AsyncIterable<Answer>;
}

/** How far a plan has come. */
interface Progress {
  $case: "progress";
  value: PlanProgress;
}

const PLAN_MS = 15 * 60_000;
const PATIENCE_MS = 60_000;

/**
 * Maps an account in temporary copies of its tables by the very code that maps
 * it in earnest, and answers what has become of it. Nothing real is written or
 * locked, and what others do to the real tables meanwhile is not seen.
 *
 * @throws StatusError PLAN_LIMIT_REACHED
 */
export async function* runPlan<Answer>(
  context: PlanContext,
  work: PlanWork<Answer>,
): AsyncGenerator<Progress | Answer> {
  const release = context.slots.take(work.accountId);
  const unread = new AbortController();
  const tooLong = AbortSignal.timeout(PLAN_MS);
  const signal = AbortSignal.any([work.signal, context.draining, unread.signal, tooLong]);
  let session: Session | undefined;
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= endSession(context.db, session).finally(release);
    return closing;
  };
  try {
    session = await openPlanSession(context.databaseUrl, work.accountId);
    // Also while the answer waits to be read, when nobody asks for the next one.
    signal.addEventListener("abort", () => void close().catch(() => {}), { once: true });
    signal.throwIfAborted();
    for await (const event of stepsOf(context, work, session)) {
      const patience = setTimeout(() => unread.abort(), context.patienceMs ?? PATIENCE_MS);
      try {
        yield event;
      } finally {
        clearTimeout(patience);
      }
      signal.throwIfAborted();
    }
  } catch (error) {
    if (context.draining.aborted) throw gaveUp("The service is stopping.");
    if (unread.signal.aborted) throw gaveUp("Its answers were not read.");
    if (tooLong.aborted) throw gaveUp("It took more than 15 minutes.");
    if (sqlState(error) === INSUFFICIENT_PRIVILEGE) throw cannotPlan(error, context.logger);
    // Whoever asks a session that is lost gets an error of the driver's.
    const isLost = session?.lost && sqlState(error) === undefined;
    if (isLost || isTransient(error)) throw gaveUp("The database did not let it finish.", error);
    throw error;
  } finally {
    await close();
  }
}

async function* stepsOf<Answer>(
  { logger }: PlanContext,
  { accountId, prepare, compare, answers }: PlanWork<Answer>,
  session: Session,
): AsyncGenerator<Progress | Answer> {
  let progress = said({ processed: 0, total: 0 });
  yield progress;
  const made = makeShadows(session, accountId, (schema) => prepare(session, schema));
  for await (const _ of whileWorking(made)) yield progress;
  for await (const value of rehearse(session, accountId, logger)) {
    progress = said(value);
    yield progress;
  }
  for await (const _ of whileWorking(compare(session))) yield progress;
  yield* answers(session);
}

function said(value: PlanProgress): Progress {
  return { $case: "progress", value };
}

/** Stops whatever the session does, which is nothing where all went well, and closes it with all that it made. */
async function endSession({ pool }: Database, session: Session | undefined): Promise<void> {
  if (!session) return;
  if (session.pool.idleCount === 0 && !session.lost)
    await pool.query("select pg_cancel_backend($1)", [session.pid]).catch(() => {});
  await session.close();
}

function gaveUp(reason: string, cause?: unknown): StatusError {
  const message = `The plan was given up, and nothing was written. ${reason}`;
  return new StatusError(status.UNAVAILABLE, "UNAVAILABLE", message, { cause });
}

const INSUFFICIENT_PRIVILEGE = "42501";

function cannotPlan(error: unknown, logger: Logger): StatusError {
  logger.error(
    { err: error },
    "plans need the privilege TEMPORARY on the database: grant temporary on database … to …",
  );
  const message =
    "The service may not make temporary tables in its database, which plans need. An operator can grant it.";
  return new StatusError(status.FAILED_PRECONDITION, "INTERNAL", message, { cause: error });
}
