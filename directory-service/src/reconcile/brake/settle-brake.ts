import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { forgetDisablements, recordDisablements } from "../../storage/disablements.ts";
import { forgetKeptEnabled, holdUsers, leaveHold } from "../../storage/held-records.ts";
import { touchHold } from "../../storage/holds.ts";
import { markLastOwners } from "../../storage/members.ts";
import { inTransaction, type Run } from "../../storage/statement.ts";
import type { Batch } from "../batch.ts";
import type { UserRun } from "../people/user-run.ts";
import { WINDOW_MS } from "./trips.ts";
import type { Braked } from "./within-brake.ts";

/** Writes what follows from a batch for the brake: whom it counts, whom the hold in force keeps enabled. */
export async function settleBrake(tx: SqlEntityManager, batch: Batch, braked: Braked): Promise<void> {
  if (batch.mode.rehearsal) return;
  const run = inTransaction(tx);
  const { account } = batch;
  const enabled = enabledBy(braked.runs);
  await forgetDisablements(run, account.id, enabled);
  await countDisabling(run, batch, braked);
  if (braked.holdId !== undefined) await settleHold(run, batch, braked, braked.holdId);
  await forgetKeptEnabled(run, account.id, noLongerDisabling(braked.runs));
  const again = [...enabled, ...braked.restored.map(({ personId }) => personId)];
  await markLastOwners(run, account.id, again);
}

async function countDisabling(run: Run, { account, now }: Batch, { counted }: Braked): Promise<void> {
  if (counted.length === 0) return;
  const disablements = counted.map(({ after, user, record }) => ({
    personId: after.id,
    scimUserId: user.id,
    traceparent: record.traceparent,
  }));
  await recordDisablements(run, account.id, disablements, { now, since: new Date(now.getTime() - WINDOW_MS) });
}

async function settleHold(run: Run, { account, now }: Batch, { runs, tripped }: Braked, holdId: string): Promise<void> {
  const held = runs.filter(isHeld);
  await holdUsers(
    run,
    account.id,
    holdId,
    held.map((each) => ({
      scimUserId: each.user.id,
      personId: each.personId as string,
      restored: false,
      executionId: each.executionId,
      traceparent: each.record.traceparent,
    })),
    now,
  );
  const left = await leaveHold(run, account.id, holdId, leaving(runs));
  if ((held.length > 0 && !tripped) || left.length > 0) await touchHold(run, account.id, holdId, now);
}

/** Whom a hold need not keep back any more. A run that failed says nothing about that. */
function leaving(runs: UserRun[]): string[] {
  const done = runs.filter((run) => !isHeld(run) && run.outcome !== ExecutionOutcome.EXECUTION_OUTCOME_FAILED);
  return [...done.map(({ user }) => user.id), ...runs.flatMap(({ unlinked }) => unlinked ?? [])];
}

function isHeld({ outcome }: UserRun): boolean {
  return outcome === ExecutionOutcome.EXECUTION_OUTCOME_HELD;
}

/** People who were disabled and are so no longer. */
function enabledBy(runs: UserRun[]): string[] {
  return runs.flatMap(({ before, after }) => (before?.disabled && after && !after.disabled ? [after.id] : []));
}

/** Whose hold was discarded and who would not disable anybody now: if they do so later, that is something new. */
function noLongerDisabling(runs: UserRun[]): string[] {
  return runs.flatMap(({ user, after, keptEnabled }) =>
    user.keptEnabled && after && !after.disabled && !keptEnabled ? [user.id] : [],
  );
}
