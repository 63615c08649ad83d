import { status } from "@grpc/grpc-js";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { HoldState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { StatusError } from "@rollcall/runtime/status";
import { isRecordId } from "../../domain/record-id.ts";
import { countHeld, heldAmong, keepEnabled, leaveHold, markHeld } from "../../storage/held-records.ts";
import { endHold, holdNotActive, lockHold, touchHold } from "../../storage/holds.ts";
import { allowLongStatements } from "../../storage/long-statements.ts";
import { lockReconcile } from "../../storage/reconcile-lock.ts";
import { inTransaction, type Run } from "../../storage/statement.ts";

/** Who decides on a hold, and when. */
interface Decision {
  /** Throws where the hold's version is not the one that was meant. */
  check?: (version: number) => void;
  /** Undefined: nobody did, it has expired. */
  tokenId?: string;
  now: Date;
}

/**
 * Lets what is held be done: those SCIM users, or all, are marked and pass the
 * brake. Throws HOLD_NOT_FOUND, HOLD_NOT_ACTIVE, SCIM_USER_NOT_FOUND where one
 * is not held.
 */
export async function releaseHold(
  tx: SqlEntityManager,
  accountId: string,
  id: string,
  { scimUserIds, now, ...decision }: Decision & { scimUserIds: readonly string[] },
): Promise<void> {
  const run = inTransaction(tx);
  await lockActive(run, accountId, id, decision.check);
  if (scimUserIds.length > 0) {
    await checkHeld(run, accountId, id, scimUserIds);
    await markHeld(run, accountId, id, "hold_released", scimUserIds);
    await leaveHold(run, accountId, id, scimUserIds);
    if ((await countHeld(run, accountId, id)) > 0) {
      await touchHold(run, accountId, id, now);
      return;
    }
  } else await markHeld(run, accountId, id, "hold_released");
  await endHold(run, accountId, id, { ...decision, state: HoldState.HOLD_STATE_RELEASED, now });
}

/**
 * Ends a hold: its SCIM users disable nobody until their clients change them.
 * They are marked, as everything else about them is applied now. Throws
 * HOLD_NOT_FOUND, HOLD_NOT_ACTIVE.
 */
export async function discardHold(
  tx: SqlEntityManager,
  accountId: string,
  id: string,
  { check, ...decision }: Decision,
): Promise<void> {
  const run = inTransaction(tx);
  await lockActive(run, accountId, id, check);
  await keepEnabled(run, accountId, id);
  await markHeld(run, accountId, id, "hold_discarded");
  const state = decision.tokenId === undefined ? HoldState.HOLD_STATE_EXPIRED : HoldState.HOLD_STATE_DISCARDED;
  await endHold(run, accountId, id, { ...decision, state });
}

/** No batch of the account runs meanwhile, and of two who decide one comes first. */
async function lockActive(run: Run, accountId: string, id: string, check: Decision["check"]): Promise<void> {
  await lockReconcile(run, accountId);
  await allowLongStatements(run);
  const { state, version } = await lockHold(run, accountId, id);
  if (state !== HoldState.HOLD_STATE_ACTIVE) throw holdNotActive(state);
  check?.(version);
}

async function checkHeld(run: Run, accountId: string, id: string, scimUserIds: readonly string[]): Promise<void> {
  const held = new Set(await heldAmong(run, accountId, id, scimUserIds.filter(isRecordId)));
  const unknown = scimUserIds.find((userId) => !held.has(userId));
  if (unknown === undefined) return;
  throw new StatusError(status.NOT_FOUND, "SCIM_USER_NOT_FOUND", `The hold has no SCIM user ${unknown}.`, {
    metadata: { id: unknown },
  });
}
