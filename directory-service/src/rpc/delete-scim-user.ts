import type {
  DeleteScimUserRequest,
  HardDeleteScimUserRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { transaction } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { markPersonLetGo } from "../reconcile/people/mark-person.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import { leaveHoldForGood } from "../storage/held-records.ts";
import { lockReconcile } from "../storage/reconcile-lock.ts";
import { buryScimUser, lockScimUserForDeletion, removeScimUser } from "../storage/scim-user-deletion.ts";
import { inTransaction } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { checkVersion } from "./versions.ts";

/** Makes a user a tombstone. Its person is disabled by reconcile. */
export async function deleteScimUser(
  { db, scheduleReconcile }: Context,
  { id, ifVersions }: DeleteScimUserRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
): Promise<Record<string, never>> {
  await withConstraintErrors(() =>
    transaction(db, async (tx) => {
      const run = inTransaction(tx);
      checkVersion(await lockScimUserForDeletion(run, accountId, id, { tombstones: false }), ifVersions);
      await buryScimUser(run, accountId, id, { now: new Date(), traceparent });
    }),
  );
  scheduleReconcile(accountId);
  return {};
}

/** Removes a user for good. The person stays as it is; another user that waits for it may have it. */
export async function hardDeleteScimUser(
  { db, scheduleReconcile }: Context,
  { id }: HardDeleteScimUserRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
): Promise<Record<string, never>> {
  await withConstraintErrors(() =>
    transaction(db, async (tx) => {
      const run = inTransaction(tx);
      const now = new Date();
      await lockReconcile(run, accountId);
      await lockScimUserForDeletion(run, accountId, id, { tombstones: true });
      const personId = await removeScimUser(run, accountId, id, now);
      await leaveHoldForGood(run, accountId, id, now);
      if (personId) await markPersonLetGo(tx, accountId, id, personId, traceparent);
    }),
  );
  scheduleReconcile(accountId);
  return {};
}
