import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { Logger } from "@rollcall/runtime/log";
import type { PersonOrigin } from "../../domain/person-origin.ts";
import { readBrake } from "../../storage/connections.ts";
import { countDisablements, countEnabledPeople } from "../../storage/disablements.ts";
import { lockActiveHold } from "../../storage/holds.ts";
import { inTransaction } from "../../storage/statement.ts";
import type { Batch } from "../batch.ts";
import type { PersonRun } from "../people/references.ts";
import type { UserRun } from "../people/user-run.ts";
import { disablingRuns, isReleased } from "./disabling.ts";
import { lastOwnerRuns } from "./last-owner.ts";
import { countTrip } from "./metrics.ts";
import { failLastOwner, holdRun } from "./stop-run.ts";
import { type Restored, trip } from "./trip.ts";
import { enoughEnabled, type MassChange, trips, WINDOW_MS } from "./trips.ts";

/** What is settled of a batch before its runs are mapped. */
export interface Settled {
  /** Runs that have ended, by SCIM user: they touch nothing. */
  runs: ReadonlyMap<string, UserRun>;
  /** People of the database who are enabled again, with their origins. */
  restored: ReadonlyMap<string, PersonOrigin[]>;
}

/** A batch as the brake lets it be. */
export interface Braked {
  runs: UserRun[];
  /** The hold in force. */
  holdId: string | undefined;
  /** The hold is of this batch. */
  tripped: boolean;
  /** Who was enabled again because the brake has tripped. */
  restored: Restored[];
  /** The disabling that counts towards the brake. */
  counted: PersonRun[];
}

/**
 * Maps a batch by `map`, which is pure, and stops what would disable people
 * while a hold is in force, once the brake trips, or where nobody would be left
 * who owns the account. What is stopped touches nothing, so the others are
 * mapped again without it. Executions and holds are written by `settleBrake`.
 */
export async function withinBrake(
  tx: SqlEntityManager,
  batch: Batch,
  map: (settled: Settled) => UserRun[],
): Promise<Braked> {
  const { rehearsal } = batch.mode;
  const holdId = rehearsal ? undefined : await lockActiveHold(inTransaction(tx), batch.account.id);
  const braked: Braked = { runs: [], holdId, tripped: false, restored: [], counted: [] };
  const settled = new Map<string, UserRun>();
  for (;;) {
    const restored = new Map(braked.restored.map(({ personId, origins }) => [personId, origins]));
    braked.runs = map({ runs: settled, restored });
    const stopped = await stopRuns(tx, batch, braked);
    if (stopped.length === 0) return braked;
    for (const run of stopped) settled.set(run.user.id, run);
  }
}

/** Stops the runs that must not be. Answers them; the others may turn out otherwise without them. */
async function stopRuns(tx: SqlEntityManager, batch: Batch, braked: Braked): Promise<UserRun[]> {
  braked.counted = [];
  const disabling = disablingRuns(braked.runs);
  if (disabling.length === 0) return [];
  const held = batch.mode.rehearsal ? [] : await toBeHeld(tx, batch, braked, disabling);
  for (const run of held) holdRun(run, batch.account.id, braked.holdId as string);
  if (held.length > 0) return held;
  const failing = await lastOwnerRuns(tx, batch, braked.runs, disabling);
  for (const run of failing) failLastOwner(run, batch.account.id);
  return failing;
}

/** Which runs the hold in force keeps back; it may be this batch that trips the brake. */
async function toBeHeld(
  tx: SqlEntityManager,
  batch: Batch,
  braked: Braked,
  disabling: PersonRun[][],
): Promise<PersonRun[]> {
  const judged = disabling.filter((runs) => !isReleased(runs));
  if (judged.length === 0) return [];
  if (braked.holdId === undefined) {
    const change = await massChange(tx, batch, judged.length);
    if (!trips(change)) {
      if (!change.thresholds.disabled) braked.counted = judged.flatMap((runs) => runs.slice(-1));
      return [];
    }
    Object.assign(braked, await trip(tx, batch, change), { tripped: true });
    const { disabledInWindow, enabledNow } = change;
    const people = { disabled: disabledInWindow + judged.length, enabled: enabledNow + disabledInWindow };
    batch.announcements.push((logger) => announceTrip(logger, batch.account.id, braked.holdId, people));
  }
  return judged.flat();
}

function announceTrip(logger: Logger, account: string, hold: string | undefined, people: object): void {
  countTrip();
  logger.warn({ account, hold, people }, "the brake has tripped: a hold keeps people from being disabled");
}

/** What the brake judges by. Enabled people are counted as far as it takes, and not at all below max_people. */
async function massChange(tx: SqlEntityManager, { account, now }: Batch, disabling: number): Promise<MassChange> {
  const run = inTransaction(tx);
  const thresholds = await readBrake(run, account.id);
  const since = new Date(now.getTime() - WINDOW_MS);
  const disabledInWindow = thresholds.disabled ? 0 : await countDisablements(run, account.id, since);
  const enough = enoughEnabled({ disabledInWindow, disabling, thresholds });
  const enabledNow = enough === 0 ? Number.POSITIVE_INFINITY : await countEnabledPeople(run, account.id, enough);
  return { disabledInWindow, disabling, enabledNow, thresholds };
}
