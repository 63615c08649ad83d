import type { CreateScimGroupRequest, ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { transaction } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { SCIM_GROUP } from "../domain/attributes.ts";
import { checkRecord } from "../domain/check-record.ts";
import { checkMembers } from "../domain/plan-members.ts";
import { scimGroupAttributes } from "../domain/record-attributes.ts";
import { newRecordId } from "../domain/record-id.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import { type Mark, markRecords } from "../storage/dirty-records.ts";
import { changeMembers } from "../storage/scim-group-members.ts";
import { insertScimGroup, toScimGroup } from "../storage/scim-groups.ts";
import { inTransaction } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { memberMarks } from "./member-marks.ts";

/** Stores a group with its members. */
export async function createScimGroup(
  { db, scheduleReconcile }: Context,
  { scimGroup, id: proposedId }: CreateScimGroupRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
): Promise<ScimGroup> {
  const attributes = scimGroupAttributes(scimGroup);
  checkRecord(SCIM_GROUP, attributes);
  checkMembers(scimGroup?.members.length ?? 0);
  const add = new Set((scimGroup?.members ?? []).map(({ value }) => value.toLowerCase()));
  const id = newRecordId(proposedId);
  const now = new Date();
  await withConstraintErrors(() =>
    transaction(db, async (tx) => {
      const run = inTransaction(tx);
      await insertScimGroup(run, accountId, id, attributes, now);
      const membership = await changeMembers(
        run,
        accountId,
        id,
        [{ plan: { replace: false, add, remove: new Set() } }],
        now,
      );
      const group: Mark = { kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP, id, cause: "created" };
      await markRecords(tx, accountId, [group, ...memberMarks(membership)], traceparent);
    }),
  );
  scheduleReconcile(accountId);
  return toScimGroup({ id, version: 1, create_time: now, update_time: now, provision_time: now, attributes });
}
