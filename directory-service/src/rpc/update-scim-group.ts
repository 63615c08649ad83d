import { PutPolicy } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type {
  ReplaceScimGroupRequest,
  ScimGroup,
  UpdateScimGroupRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { transaction } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { applyChanges } from "../domain/apply-changes.ts";
import { SCIM_GROUP } from "../domain/attributes.ts";
import { type MemberStep, planMembers } from "../domain/plan-members.ts";
import { readPolicies } from "../storage/connections.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import { type Mark, markRecords } from "../storage/dirty-records.ts";
import { changeMembers } from "../storage/scim-group-members.ts";
import { lockScimGroup, toScimGroup, touchScimGroup, writeScimGroup } from "../storage/scim-groups.ts";
import { inTransaction, onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { memberMarks } from "./member-marks.ts";
import { checkVersion } from "./versions.ts";

/** PATCH: applies changes to a group and its membership. */
export async function updateScimGroup(
  context: Context,
  request: UpdateScimGroupRequest,
  call: Call,
): Promise<ScimGroup> {
  return change(context, { ...request, immutableAttributes: [] }, call, false);
}

/** PUT: applies changes to a group, from nothing where the connection's policy says so. */
export async function replaceScimGroup(
  context: Context,
  request: ReplaceScimGroupRequest,
  call: Call,
): Promise<ScimGroup> {
  const { putPolicy } = await readPolicies(onPool(context.db), call.caller.accountId);
  return change(context, request, call, putPolicy === PutPolicy.PUT_POLICY_REPLACE);
}

const NO_MEMBERS: MemberStep = { plan: { replace: true, add: new Set(), remove: new Set() } };

async function change(
  { db, scheduleReconcile }: Context,
  { id, changes, ifVersions, immutableAttributes: immutable, requiredAttributes: required }: ReplaceScimGroupRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
  clearFirst: boolean,
): Promise<ScimGroup> {
  const planned = planMembers(changes);
  const steps = planned.length === 0 && clearFirst ? [NO_MEMBERS] : planned;
  const others = changes.filter(({ attribute }) => attribute !== "members");
  const now = new Date();
  const { row, dirty } = await withConstraintErrors(() =>
    transaction(db, async (tx) => {
      const run = inTransaction(tx);
      const row = await lockScimGroup(run, accountId, id);
      checkVersion(Number(row.version), ifVersions);
      const { attributes, changed } = applyChanges(SCIM_GROUP, row.attributes, others, {
        clearFirst,
        immutable,
        required,
      });
      const membership = await changeMembers(run, accountId, id, steps, now);
      if (!changed && membership.added.length + membership.removed.length === 0) {
        await touchScimGroup(run, accountId, id, now);
        return { row: { ...row, provision_time: now }, dirty: false };
      }
      await writeScimGroup(run, accountId, id, attributes, now);
      // What a group is mapped to follows from its own attributes; its members are mapped as users.
      const group: Mark = { kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP, id, cause: "updated" };
      await markRecords(tx, accountId, [...(changed ? [group] : []), ...memberMarks(membership)], traceparent);
      const version = Number(row.version) + 1;
      return { row: { ...row, version, update_time: now, provision_time: now, attributes }, dirty: true };
    }),
  );
  if (dirty) scheduleReconcile(accountId);
  return toScimGroup(row);
}
