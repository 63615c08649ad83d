import { PutPolicy } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type {
  ReplaceScimUserRequest,
  ScimUser,
  UpdateScimUserRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { transaction } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { applyChanges } from "../domain/apply-changes.ts";
import { type Attributes, SCIM_USER } from "../domain/attributes.ts";
import { readPolicies } from "../storage/connections.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import type { Cause } from "../storage/dirty-records.ts";
import type { RecordRow } from "../storage/scim-record-source.ts";
import { readScimUser, toScimUser, touchScimUser, writeScimUser } from "../storage/scim-users.ts";
import { inTransaction, onPool, type Run } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { checkVersion } from "./versions.ts";

/** PATCH: applies changes to a user. */
export async function updateScimUser(context: Context, request: UpdateScimUserRequest, call: Call): Promise<ScimUser> {
  return change(context, { ...request, immutableAttributes: [] }, call, false);
}

/** PUT: applies changes to a user, from nothing where the connection's policy says so. */
export async function replaceScimUser(
  context: Context,
  request: ReplaceScimUserRequest,
  call: Call,
): Promise<ScimUser> {
  const { putPolicy } = await readPolicies(onPool(context.db), call.caller.accountId);
  return change(context, request, call, putPolicy === PutPolicy.PUT_POLICY_REPLACE);
}

/**
 * Two statements: the user is read, and written where it still has the version
 * that was read. Only where somebody came between does a transaction lock it.
 */
async function change(
  { db, scheduleReconcile }: Context,
  { id, changes, ifVersions, immutableAttributes: immutable, requiredAttributes: required }: ReplaceScimUserRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
  clearFirst: boolean,
): Promise<ScimUser> {
  const origin = { now: new Date(), traceparent };
  const attempt = async (run: Run, lock: boolean): Promise<{ row: RecordRow; changed: boolean } | undefined> => {
    const row = await readScimUser(run, accountId, id, { lock });
    checkVersion(Number(row.version), ifVersions);
    const { attributes, changed } = applyChanges(SCIM_USER, row.attributes, changes, {
      clearFirst,
      immutable,
      required,
    });
    if (!changed) {
      if (!(await touchScimUser(run, accountId, row, origin.now))) return undefined;
      return { row: { ...row, provision_time: origin.now }, changed };
    }
    const cause = causeOf(row.attributes, attributes);
    const written = await writeScimUser(run, accountId, row, attributes, cause, origin);
    if (!written) return undefined;
    const version = Number(row.version) + 1;
    return {
      row: { ...row, ...written, version, update_time: origin.now, provision_time: origin.now, attributes },
      changed,
    };
  };
  const done = await withConstraintErrors(
    async () => (await attempt(onPool(db), false)) ?? (await transaction(db, (tx) => attempt(inTransaction(tx), true))),
  );
  if (!done) throw new Error("A locked user has changed.");
  if (done.changed) scheduleReconcile(accountId);
  return toScimUser(done.row);
}

function causeOf(before: Attributes, after: Attributes): Cause {
  const [wasActive, isActive] = [before["active"] !== false, after["active"] !== false];
  if (wasActive === isActive) return "updated";
  return isActive ? "activated" : "deactivated";
}
