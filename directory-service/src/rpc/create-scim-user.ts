import { status } from "@grpc/grpc-js";
import { CreateConflictPolicy, PutPolicy } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { CreateScimUserRequest, ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { transaction } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { StatusError } from "@rollcall/runtime/status";
import { type Attributes, SCIM_USER } from "../domain/attributes.ts";
import { checkRecord } from "../domain/check-record.ts";
import { mergeAttributes, scimUserAttributes } from "../domain/record-attributes.ts";
import { newRecordId } from "../domain/record-id.ts";
import { readPolicies } from "../storage/connections.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import type { RecordRow } from "../storage/scim-record-source.ts";
import {
  insertScimUser,
  lockScimUserNamed,
  type Origin,
  scimUserColumns,
  toScimUser,
  writeScimUser,
} from "../storage/scim-users.ts";
import { inTransaction, onPool, type Run } from "../storage/statement.ts";
import type { Context } from "./context.ts";

/** Stores a user: one statement, unless somebody has the user name. One that comes back keeps its id. */
export async function createScimUser(
  { db, scheduleReconcile }: Context,
  { scimUser, id: proposedId }: CreateScimUserRequest,
  { caller: { accountId }, trace: { traceparent } }: Call,
): Promise<ScimUser> {
  const attributes = scimUserAttributes(scimUser);
  checkRecord(SCIM_USER, attributes);
  const id = newRecordId(proposedId);
  const origin = { now: new Date(), traceparent };
  const row = await withConstraintErrors(
    async () =>
      (await insert(onPool(db), accountId, id, attributes, origin)) ??
      (await transaction(db, (tx) => reactivate(inTransaction(tx), accountId, id, attributes, origin))),
  );
  scheduleReconcile(accountId);
  return toScimUser(row);
}

/** Undefined where somebody has the user name. */
async function insert(
  run: Run,
  accountId: string,
  id: string,
  attributes: Attributes,
  origin: Origin,
): Promise<RecordRow | undefined> {
  const written = await insertScimUser(run, accountId, id, attributes, origin);
  if (!written) return undefined;
  const { now } = origin;
  return { id, version: 1, create_time: now, update_time: now, provision_time: now, attributes, ...written };
}

/**
 * The same person comes back: the inactive user takes what is given as PUT
 * would give it, and keeps its id.
 */
async function reactivate(
  run: Run,
  accountId: string,
  id: string,
  given: Attributes,
  origin: Origin,
): Promise<RecordRow> {
  const row = await lockScimUserNamed(run, accountId, scimUserColumns(given).userNameKey);
  if (!row) return (await insert(run, accountId, id, given, origin)) ?? refuse();
  const { createConflictPolicy, putPolicy } = await readPolicies(run, accountId);
  if (
    row.attributes["active"] !== false ||
    createConflictPolicy !== CreateConflictPolicy.CREATE_CONFLICT_POLICY_REACTIVATE
  )
    return refuse();
  const kept = putPolicy === PutPolicy.PUT_POLICY_REPLACE ? {} : row.attributes;
  const attributes = { ...mergeAttributes(kept, given), active: given["active"] ?? true };
  checkRecord(SCIM_USER, attributes);
  const cause = attributes.active ? "reactivated" : "updated";
  const written = await writeScimUser(run, accountId, row, attributes, cause, origin);
  const { now } = origin;
  return { ...row, ...written, version: Number(row.version) + 1, update_time: now, provision_time: now, attributes };
}

function refuse(): never {
  throw new StatusError(status.ALREADY_EXISTS, "USER_NAME_TAKEN", "Another user has this userName.");
}
