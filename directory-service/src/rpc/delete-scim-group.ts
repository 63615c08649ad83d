import type {
  DeleteScimGroupRequest,
  HardDeleteScimGroupRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { transaction } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { markConcerned } from "../reconcile/mark-concerned.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import { type Mark, markRecords } from "../storage/dirty-records.ts";
import { holdReconcile } from "../storage/reconcile-lock.ts";
import {
  buryScimGroup,
  dissolveScimGroup,
  lockScimGroup,
  lockScimGroupToRemove,
  removeScimGroup,
} from "../storage/scim-groups.ts";
import { inTransaction } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { memberMarks } from "./member-marks.ts";
import { checkVersion } from "./versions.ts";

/** Makes a group a tombstone without members. Its organization stays. */
export async function deleteScimGroup(
  { db, scheduleReconcile }: Context,
  { id, ifVersions }: DeleteScimGroupRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
): Promise<Record<string, never>> {
  const now = new Date();
  await withConstraintErrors(() =>
    transaction(db, async (tx) => {
      const run = inTransaction(tx);
      const { version } = await lockScimGroup(run, accountId, id, { deletion: true });
      checkVersion(Number(version), ifVersions);
      const members = await dissolveScimGroup(run, accountId, id, now);
      await buryScimGroup(run, accountId, id, now);
      const group: Mark = { kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP, id, cause: "deleted" };
      await markRecords(tx, accountId, [group, ...memberMarks({ added: [], removed: members })], traceparent);
    }),
  );
  scheduleReconcile(accountId);
  return {};
}

/** Removes a group, tombstone or not, for good. */
export async function hardDeleteScimGroup(
  { db, scheduleReconcile }: Context,
  { id }: HardDeleteScimGroupRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
): Promise<Record<string, never>> {
  await withConstraintErrors(() =>
    transaction(db, async (tx) => {
      const run = inTransaction(tx);
      await holdReconcile(run, accountId);
      await lockScimGroupToRemove(run, accountId, id);
      const members = await dissolveScimGroup(run, accountId, id, new Date());
      await markRecords(tx, accountId, memberMarks({ added: [], removed: members }), traceparent);
      // After the marks of its members: its own is locked by this, and comes last in their order.
      const organizationId = await removeScimGroup(run, accountId, id);
      // Another one of its groups may name it now.
      if (organizationId) await markConcerned(tx, accountId, { organizations: [{ id: organizationId }] }, traceparent);
    }),
  );
  scheduleReconcile(accountId);
  return {};
}
