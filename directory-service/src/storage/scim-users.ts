import { status } from "@grpc/grpc-js";
import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import {
  LookupAttribute,
  ScimRecordKind,
  ScimRecordView,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { GroupMembership, ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { StatusError } from "@rollcall/runtime/status";
import { type Attributes, SCIM_USER, valueAt } from "../domain/attributes.ts";
import { foldCase } from "../domain/fold-case.ts";
import { isRecordId } from "../domain/record-id.ts";
import { valueKeys } from "../domain/value-keys.ts";
import { type Cause, MARK_AGAIN } from "./dirty-records.ts";
import { MANAGER_DISPLAY_NAME, managerDisplayName } from "./manager-display-name.ts";
import { getStatement, lookupStatement } from "./scim-record-reads.ts";
import { COLUMNS, type RecordRow, type RecordSource, recordFields } from "./scim-record-source.ts";
import type { Run, Statement } from "./statement.ts";

const GROUP_NAME =
  "(select g.attributes ->> 'displayName' from scim_group g where g.account_id = $1 and g.id = m.group_id)";

/**
 * How SCIM users are read. Their groups need no budget on a page: a user is in
 * tens of groups, in a thousand at most (Active Directory's access tokens hold
 * 1,015), and a message holds those of a whole page.
 */
export const SCIM_USERS: RecordSource<ScimUser> = {
  kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER,
  table: "scim_user",
  columns: `${COLUMNS}, ${MANAGER_DISPLAY_NAME} as manager_display_name`,
  // One look tells whether the account has any groups inside groups; most have none, and then all are direct.
  memberships: `(case when exists (select from scim_group_member n where n.account_id = $1 and n.member_type = ${MemberType.MEMBER_TYPE_GROUP})
  then (select json_agg(json_build_object('value', m.group_id, 'type', case when m.direct then 'direct' else 'indirect' end,
      'display', ${GROUP_NAME}) order by m.group_id)
    from scim_user_groups($1, r.id) m)
  else (select json_agg(json_build_object('value', m.group_id, 'type', 'direct', 'display', ${GROUP_NAME}) order by m.group_id)
    from scim_group_member m where m.account_id = $1 and m.member_id = r.id) end)`,
  mapping: { table: "scim_user_mapping", key: "scim_user_id", linkColumn: "person_id", link: "personId" },
  lookups: {
    [LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME]: { column: "user_name_key", folded: true, unique: true },
    [LookupAttribute.LOOKUP_ATTRIBUTE_EXTERNAL_ID]: { column: "external_id", folded: false, unique: false },
    [LookupAttribute.LOOKUP_ATTRIBUTE_DISPLAY_NAME]: { column: "display_name_key", folded: true, unique: false },
  },
  toMessage: toScimUser,
};

/** Reads users by id, with everything: $1 account, $2 ids. */
export const SCIM_USER_GET = getStatement(SCIM_USERS, ScimRecordView.SCIM_RECORD_VIEW_FULL).text;

/** Looks users up by userName, with their groups: $1 account, $2 folded names. */
export const SCIM_USER_LOOKUP = lookupStatement(
  SCIM_USERS,
  [LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME],
  ScimRecordView.SCIM_RECORD_VIEW_FULL,
).text;

/** A row as a message: the attributes are stored in the message's form. */
export function toScimUser(row: RecordRow): ScimUser {
  return {
    ...NO_VALUES,
    ...row.attributes,
    ...(row.manager_display_name ? withManagerName(row.attributes, row.manager_display_name) : {}),
    ...recordFields(row),
    groups: (row.memberships ?? []) as unknown as GroupMembership[],
  };
}

function withManagerName({ enterprise }: Attributes, displayName: string): Attributes {
  const stored = enterprise as Attributes;
  return { enterprise: { ...stored, manager: { ...(stored["manager"] as Attributes), displayName } } };
}

const NO_VALUES = {
  userName: "",
  emails: [],
  phoneNumbers: [],
  ims: [],
  photos: [],
  addresses: [],
  entitlements: [],
  roles: [],
  x509Certificates: [],
};

/** What columns hold of a user's attributes, for lookups. */
export function scimUserColumns(attributes: Attributes) {
  const text = (...path: string[]) => (valueAt(attributes, path) as string | undefined) ?? null;
  const folded = (...path: string[]) => {
    const value = text(...path);
    return value === null ? null : foldCase(value);
  };
  return {
    userNameKey: folded("userName") ?? "",
    externalId: text("externalId"),
    displayNameKey: folded("displayName"),
    organizationKey: folded("enterprise", "organization"),
    // Folded as ids are written: a manager who comes later is found by the id that was given then.
    managerRef: folded("enterprise", "manager", "value"),
    active: (attributes["active"] as boolean | undefined) ?? null,
  };
}

/** A change as the request log and executions know it. */
export interface Origin {
  now: Date;
  traceparent: string | undefined;
}

/** What a write answers besides what it was given. */
export type Written = Pick<RecordRow, "manager_display_name">;

/** Stores a user and marks it; undefined where an existing one has the user name. One statement. */
export async function insertScimUser(
  run: Run,
  accountId: string,
  id: string,
  attributes: Attributes,
  { now, traceparent }: Origin,
): Promise<Written | undefined> {
  const values = [accountId, id, ...columnValues(accountId, attributes), now, traceparent ?? null];
  const [written] = await run<Written>(INSERT, values);
  return written;
}

const WRITTEN = `select ${managerDisplayName("$1", "written.manager_ref")} as manager_display_name from written`;

const INSERT: Statement = {
  name: "insert_scim_user",
  text: `with written as (
  insert into scim_user (account_id, id, user_name_key, external_id, display_name_key, organization_key, manager_ref, active,
    attributes, document_bytes, value_keys, create_time, update_time, provision_time)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $12)
  on conflict (account_id, user_name_key) where delete_time is null do nothing
  returning id, manager_ref
), marked as (
  insert into dirty_record (account_id, kind, record_id, causes, traceparent) select $1, 1, id, '{created}', $13 from written
)
${WRITTEN}`,
};

/** Reads a user to be changed. `lock` waits for other writers; without it `writeScimUser` may find it changed. */
export async function readScimUser(
  run: Run,
  accountId: string,
  id: string,
  { lock }: { lock: boolean },
): Promise<RecordRow> {
  const [row] = isRecordId(id)
    ? await run<RecordRow & Record<string, unknown>>(lock ? LOCK : READ, [accountId, id])
    : [];
  if (!row) throw scimUserNotFound();
  return row;
}

/** Reads and locks the user that has a user name, where there is one. */
export async function lockScimUserNamed(
  run: Run,
  accountId: string,
  userNameKey: string,
): Promise<RecordRow | undefined> {
  const [row] = await run<RecordRow & Record<string, unknown>>(LOCK_NAMED, [accountId, userNameKey]);
  return row;
}

// With the groups, so that the answer to a write shows the whole user without another read.
const LIVE = `select ${SCIM_USERS.columns}, ${SCIM_USERS.memberships} as memberships from scim_user r where r.account_id = $1 and r.delete_time is null`;
const READ: Statement = { name: "read_scim_user", text: `${LIVE} and r.id = $2` };
// Not FOR UPDATE: group writes hold FOR KEY SHARE on the users that they add.
const LOCK: Statement = { name: "lock_scim_user", text: `${LIVE} and r.id = $2 for no key update` };
const LOCK_NAMED: Statement = {
  name: "lock_scim_user_named",
  text: `${LIVE} and r.user_name_key = $2 for no key update`,
};

/** Writes a user's new attributes as version + 1 and marks it. Undefined where it no longer has `version`. */
export async function writeScimUser(
  run: Run,
  accountId: string,
  { id, version }: RecordRow,
  attributes: Attributes,
  cause: Cause,
  { now, traceparent }: Origin,
): Promise<Written | undefined> {
  const values = [accountId, id, version, ...columnValues(accountId, attributes), now, cause, traceparent ?? null];
  const [written] = await run<Written>(WRITE, values);
  return written;
}

const WRITE: Statement = {
  name: "write_scim_user",
  text: `with written as (
  update scim_user set version = version + 1, user_name_key = $4, external_id = $5, display_name_key = $6, organization_key = $7,
    manager_ref = $8, active = $9, attributes = $10, document_bytes = $11, value_keys = $12, update_time = $13,
    provision_time = $13
  where account_id = $1 and id = $2 and version = $3 and delete_time is null
  returning id, manager_ref
), marked as (
  insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
  select $1, 1, id, array[$14], $15 from written
  ${MARK_AGAIN}
)
${WRITTEN}`,
};

/** Notes an accepted write that changed nothing. False where the user no longer has `version`. */
export async function touchScimUser(
  run: Run,
  accountId: string,
  { id, version }: RecordRow,
  now: Date,
): Promise<boolean> {
  return (await run(TOUCH, [accountId, id, version, now])).length > 0;
}

const TOUCH: Statement = {
  name: "touch_scim_user",
  text: `update scim_user set provision_time = $4
where account_id = $1 and id = $2 and version = $3 and delete_time is null returning id`,
};

/** Answers for an id that is unknown, deleted or another account's, without telling which. */
export function scimUserNotFound(): StatusError {
  return new StatusError(status.NOT_FOUND, "SCIM_USER_NOT_FOUND", "There is no such user.");
}

function columnValues(accountId: string, attributes: Attributes): unknown[] {
  const { userNameKey, externalId, displayNameKey, organizationKey, managerRef, active } = scimUserColumns(attributes);
  const keys = valueKeys(SCIM_USER, accountId, attributes);
  const document = JSON.stringify(attributes);
  const bytes = Buffer.byteLength(document);
  return [userNameKey, externalId, displayNameKey, organizationKey, managerRef, active, document, bytes, keys];
}
