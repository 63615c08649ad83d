import { isRecordId } from "../domain/record-id.ts";
import { type Cause, MARK_AGAIN } from "./dirty-records.ts";
import { type Origin, scimUserNotFound } from "./scim-users.ts";
import type { Run, Statement } from "./statement.ts";

/**
 * Locks a user for its end, its groups first: group writes lock in that order.
 * Answers its version.
 */
export async function lockScimUserForDeletion(
  run: Run,
  accountId: string,
  id: string,
  { tombstones }: { tombstones: boolean },
): Promise<number> {
  if (!isRecordId(id)) throw scimUserNotFound();
  await run(LOCK_GROUPS, [accountId, id]);
  const [row] = await run<{ version: string; deleted: boolean }>(LOCK, [accountId, id]);
  if (!row || (row.deleted && !tombstones)) throw scimUserNotFound();
  return Number(row.version);
}

const LOCK_GROUPS: Statement = {
  name: "lock_groups_of_scim_user",
  text: `select from scim_group g
where g.account_id = $1 and g.id in (select group_id from scim_group_member where account_id = $1 and member_id = $2)
order by g.id for no key update`,
};

const LOCK: Statement = {
  name: "lock_scim_user_for_deletion",
  text: `select version, delete_time is not null as deleted from scim_user where account_id = $1 and id = $2 for update`,
};

/** Makes a locked user a tombstone, takes it out of its groups and marks it. */
export async function buryScimUser(
  run: Run,
  accountId: string,
  id: string,
  { now, traceparent }: Origin,
): Promise<void> {
  await run(BURY, [accountId, id, now, "deleted" satisfies Cause, traceparent ?? null]);
}

const LEAVE_GROUPS = `gone as (
  delete from scim_group_member where account_id = $1 and member_id = $2 returning group_id
), left_groups as (
  update scim_group set version = version + 1, update_time = $3 where account_id = $1 and id in (select group_id from gone)
)`;

const BURY: Statement = {
  name: "bury_scim_user",
  text: `with ${LEAVE_GROUPS}, buried as (
  update scim_user set version = version + 1, update_time = $3, provision_time = $3, delete_time = $3
  where account_id = $1 and id = $2
)
insert into dirty_record as d (account_id, kind, record_id, causes, traceparent) values ($1, 1, $2, array[$4], $5)
${MARK_AGAIN}`,
};

/** Removes a locked user, tombstone or not, with its link and its mark. Answers the person that it was linked to. */
export async function removeScimUser(run: Run, accountId: string, id: string, now: Date): Promise<string | undefined> {
  const [row] = await run<{ person_id: string }>(REMOVE, [accountId, id, now]);
  return row?.person_id;
}

const REMOVE: Statement = {
  name: "remove_scim_user",
  text: `with ${LEAVE_GROUPS}, unmarked as (
  delete from dirty_record where account_id = $1 and kind = 1 and record_id = $2
), removed as (
  delete from scim_user where account_id = $1 and id = $2
)
select person_id from scim_user_mapping where account_id = $1 and scim_user_id = $2 and person_id is not null`,
};
