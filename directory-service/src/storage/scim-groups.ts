import { status } from "@grpc/grpc-js";
import type { Member, ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { LookupAttribute, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { StatusError } from "@rollcall/runtime/status";
import { type Attributes, SCIM_GROUP } from "../domain/attributes.ts";
import { foldCase } from "../domain/fold-case.ts";
import { isRecordId } from "../domain/record-id.ts";
import { valueKeys } from "../domain/value-keys.ts";
import type { Member as GroupMember } from "./scim-group-members.ts";
import { COLUMNS, type RecordRow, type RecordSource, recordFields, TOO_MANY } from "./scim-record-source.ts";
import type { Run, Statement } from "./statement.ts";

// Three seconds' work, and a third of what a message holds.
const MAX_MEMBERS_SHOWN = 250_000;

/** How SCIM groups are read. */
export const SCIM_GROUPS: RecordSource<ScimGroup> = {
  kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP,
  table: "scim_group",
  columns: COLUMNS,
  memberships: `(case when exists (select from scim_group_member m where m.account_id = $1 and m.group_id = r.id offset ${MAX_MEMBERS_SHOWN})
  then '"${TOO_MANY}"'::json
  else (select json_agg(json_build_object('value', m.member_id, 'type', m.member_type,
      'display', coalesce(u.attributes ->> 'userName', g.attributes ->> 'displayName')) order by m.member_id)
    from scim_group_member m
    left join scim_user u on m.member_type = 1 and u.account_id = m.account_id and u.id = m.member_id
    left join scim_group g on m.member_type = 2 and g.account_id = m.account_id and g.id = m.member_id
    where m.account_id = $1 and m.group_id = r.id) end)`,
  mapping: { table: "scim_group_mapping", key: "scim_group_id", linkColumn: "organization_id", link: "organizationId" },
  lookups: {
    [LookupAttribute.LOOKUP_ATTRIBUTE_EXTERNAL_ID]: { column: "external_id", folded: false, unique: false },
    [LookupAttribute.LOOKUP_ATTRIBUTE_DISPLAY_NAME]: { column: "display_name_key", folded: true, unique: true },
  },
  toMessage: toScimGroup,
};

/**
 * A row as a message: the attributes are stored in the message's form.
 *
 * @throws StatusError RESPONSE_TOO_LARGE where the members are more than one answer can hold
 */
export function toScimGroup(row: RecordRow): ScimGroup {
  if (row.memberships === TOO_MANY)
    throw new StatusError(
      status.RESOURCE_EXHAUSTED,
      "RESPONSE_TOO_LARGE",
      `A group has more than ${MAX_MEMBERS_SHOWN} members, which one answer cannot hold. Ask for it in the BASIC view.`,
    );
  return {
    displayName: "",
    ...row.attributes,
    ...recordFields(row),
    members: (row.memberships ?? []) as unknown as Member[],
  };
}

/** Stores a group without its members. Throws the unique violation of its name. */
export async function insertScimGroup(
  run: Run,
  accountId: string,
  id: string,
  attributes: Attributes,
  now: Date,
): Promise<void> {
  await run(INSERT, [accountId, id, ...columnValues(accountId, attributes), now]);
}

const INSERT: Statement = {
  name: "insert_scim_group",
  text: `insert into scim_group (account_id, id, display_name_key, external_id, attributes, document_bytes, value_keys,
  create_time, update_time, provision_time)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)`,
};

/** Reads and locks a group: other writers of it wait. `deletion` also keeps it from being added to groups. */
export async function lockScimGroup(
  run: Run,
  accountId: string,
  id: string,
  { deletion = false } = {},
): Promise<RecordRow> {
  const [row] = isRecordId(id)
    ? await run<RecordRow & Record<string, unknown>>(deletion ? LOCK_TO_DELETE : LOCK, [accountId, id])
    : [];
  if (!row) throw scimGroupNotFound();
  return row;
}

/** Locks a group or a tombstone to remove it. */
export async function lockScimGroupToRemove(run: Run, accountId: string, id: string): Promise<void> {
  const rows = isRecordId(id) ? await run(LOCK_TO_REMOVE, [accountId, id]) : [];
  if (rows.length === 0) throw scimGroupNotFound();
}

const LIVE = `select ${COLUMNS} from scim_group r where r.account_id = $1 and r.id = $2 and r.delete_time is null`;
const LOCK: Statement = { name: "lock_scim_group", text: `${LIVE} for no key update` };
const LOCK_TO_DELETE: Statement = { name: "lock_scim_group_to_delete", text: `${LIVE} for update` };
const LOCK_TO_REMOVE: Statement = {
  name: "lock_scim_group_to_remove",
  text: "select id from scim_group where account_id = $1 and id = $2 for update",
};

/** Writes a locked group's attributes as version + 1. */
export async function writeScimGroup(
  run: Run,
  accountId: string,
  id: string,
  attributes: Attributes,
  now: Date,
): Promise<void> {
  await run(WRITE, [accountId, id, ...columnValues(accountId, attributes), now]);
}

const WRITE: Statement = {
  name: "write_scim_group",
  text: `update scim_group set version = version + 1, display_name_key = $3, external_id = $4, attributes = $5,
  document_bytes = $6, value_keys = $7, update_time = $8, provision_time = $8
where account_id = $1 and id = $2`,
};

/** Notes an accepted write that changed nothing. */
export async function touchScimGroup(run: Run, accountId: string, id: string, now: Date): Promise<void> {
  await run(TOUCH, [accountId, id, now]);
}

const TOUCH: Statement = {
  name: "touch_scim_group",
  text: "update scim_group set provision_time = $3 where account_id = $1 and id = $2",
};

/** Empties a locked group and takes it out of the groups around it. Answers its members. */
export async function dissolveScimGroup(run: Run, accountId: string, id: string, now: Date): Promise<GroupMember[]> {
  return run<GroupMember>(DISSOLVE, [accountId, id, now]);
}

const DISSOLVE: Statement = {
  name: "dissolve_scim_group",
  text: `with members as (
  delete from scim_group_member where account_id = $1 and group_id = $2 returning member_id, member_type
), around as (
  delete from scim_group_member where account_id = $1 and member_id = $2 returning group_id
), left_groups as (
  update scim_group set version = version + 1, update_time = $3 where account_id = $1 and id in (select group_id from around)
)
select member_id as id, member_type as type from members`,
};

/** Makes a locked group a tombstone. */
export async function buryScimGroup(run: Run, accountId: string, id: string, now: Date): Promise<void> {
  await run(BURY, [accountId, id, now]);
}

const BURY: Statement = {
  name: "bury_scim_group",
  text: `update scim_group set version = version + 1, update_time = $3, provision_time = $3, delete_time = $3
where account_id = $1 and id = $2`,
};

/** Removes a locked group, tombstone or not, with its link and its mark. Answers the organization that it was linked to. */
export async function removeScimGroup(run: Run, accountId: string, id: string): Promise<string | undefined> {
  const [row] = await run<{ organization_id: string }>(REMOVE, [accountId, id]);
  return row?.organization_id;
}

const REMOVE: Statement = {
  name: "remove_scim_group",
  text: `with unmarked as (
  delete from dirty_record where account_id = $1 and kind = 2 and record_id = $2
), removed as (
  delete from scim_group where account_id = $1 and id = $2
)
select organization_id from scim_group_mapping where account_id = $1 and scim_group_id = $2 and organization_id is not null`,
};

function scimGroupNotFound(): StatusError {
  return new StatusError(status.NOT_FOUND, "SCIM_GROUP_NOT_FOUND", "There is no such group.");
}

function columnValues(accountId: string, attributes: Attributes): unknown[] {
  const { displayName = "", externalId = null } = attributes as { displayName?: string; externalId?: string };
  const document = JSON.stringify(attributes);
  const keys = valueKeys(SCIM_GROUP, accountId, attributes);
  return [foldCase(displayName), externalId, document, Buffer.byteLength(document), keys];
}
