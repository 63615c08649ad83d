import { setTimeout as sleep } from "node:timers/promises";
import type { PlanProgress } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Session } from "@rollcall/runtime/database";
import type { Logger } from "@rollcall/runtime/log";
import { reconcileBatch } from "../batch.ts";
import { REHEARSAL } from "../mode.ts";

const PROGRESS_MS = 500;
// Shadows grow, and nobody but the session can look at them.
const GROWING = "analyze person, scim_user_mapping";

/** Maps in the shadows until nothing waits, and says about twice a second how far it has come. */
export async function* rehearse(session: Session, accountId: string, logger: Logger): AsyncGenerator<PlanProgress> {
  let processed = 0;
  let said = Number.NEGATIVE_INFINITY;
  for (let batch = 1; ; batch++) {
    if (performance.now() - said >= PROGRESS_MS) {
      yield { processed, total: processed + (await countWaiting(session)) };
      said = performance.now();
    }
    const taken = await reconcileBatch(session, accountId, logger, REHEARSAL);
    if (taken === 0) break;
    processed += taken;
    if (isPowerOfTwo(batch)) await session.pool.query(GROWING);
  }
  yield { processed, total: processed };
}

/** Yields again and again while work goes on, so that nobody on the way takes the call for dead. */
export async function* whileWorking(work: Promise<void>): AsyncGenerator<void> {
  let working = true;
  const ended = work.finally(() => {
    working = false;
  });
  // Who stops listening does not hear how it ends.
  ended.catch(() => {});
  for (;;) {
    await Promise.race([ended, sleep(PROGRESS_MS, undefined, { ref: false })]);
    if (!working) break;
    yield;
  }
  await ended;
}

async function countWaiting({ pool }: Session): Promise<number> {
  const { rows } = await pool.query<{ waiting: number }>("select count(*)::float8 as waiting from dirty_record");
  return rows[0]?.waiting ?? 0;
}

function isPowerOfTwo(number: number): boolean {
  return (number & (number - 1)) === 0;
}
