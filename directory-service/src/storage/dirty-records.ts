import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { inTransaction, type Statement } from "./statement.ts";

/** Why a SCIM record is due to be mapped. */
export type Cause =
  | "created"
  | "updated"
  | "activated"
  | "deactivated"
  | "deleted"
  | "reactivated"
  | "member_added"
  | "member_removed"
  | "group_changed"
  | "organization_changed"
  | "manager_linked"
  | "person_released"
  | "manual";

/** A record that is due, and why. */
export interface Mark {
  kind: ScimRecordKind;
  id: string;
  cause: Cause;
}

/**
 * Marks records, each once, in the transaction that changed them. One statement in the
 * order of kind and id: transactions that share marks wait for each other and do not
 * deadlock. So a transaction marks all that it marks with one call.
 */
export async function markRecords(
  tx: SqlEntityManager,
  accountId: string,
  marks: readonly Mark[],
  traceparent: string | undefined,
): Promise<void> {
  if (marks.length === 0) return;
  const columns = [marks.map(({ kind }) => kind), marks.map(({ id }) => id), marks.map(({ cause }) => cause)];
  await inTransaction(tx)(MARK, [accountId, ...columns, traceparent ?? null]);
}

/** Marks records of one kind for one cause, as `markRecords` does. */
export async function markDirty(
  tx: SqlEntityManager,
  accountId: string,
  kind: ScimRecordKind,
  recordIds: readonly string[],
  cause: Cause,
  traceparent: string | undefined,
): Promise<void> {
  const marks = recordIds.map((id) => ({ kind, id, cause }));
  await markRecords(tx, accountId, marks, traceparent);
}

/**
 * What an insert into dirty_record does where the record is marked already: the
 * mark is newer than any execution that runs now, and remembers every cause.
 * `mark_time` stays: it says since when the record waits.
 */
export const MARK_AGAIN = `on conflict (account_id, kind, record_id) do update set
  generation = d.generation + 1,
  causes = case when excluded.causes <@ d.causes then d.causes else d.causes || excluded.causes end,
  traceparent = coalesce(excluded.traceparent, d.traceparent)`;

const MARK: Statement = {
  name: "mark_dirty",
  text: `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
select $1, kind, id, array[cause], $5
from unnest($2::smallint[], $3::uuid[], $4::text[]) mark(kind, id, cause) order by kind, id
${MARK_AGAIN}`,
};

/** Marks the users that could not have one of these people, whom somebody else has let go. */
export async function markWaiting(
  tx: SqlEntityManager,
  accountId: string,
  personIds: readonly string[],
  traceparent: string | undefined,
): Promise<void> {
  if (personIds.length === 0) return;
  const cause: Cause = "person_released";
  await inTransaction(tx)(MARK_WAITING, [accountId, personIds, cause, traceparent ?? null]);
}

const MARK_WAITING: Statement = {
  name: "mark_waiting",
  text: `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
select $1, 1, m.scim_user_id, array[$3], $4 from scim_user_mapping m
where m.account_id = $1 and m.wanted_person_id = any($2::uuid[])
order by m.scim_user_id
${MARK_AGAIN}`,
};

/**
 * Marks what an organization that can be found now, by a new name or because it
 * is enabled again, may concern: groups without an organization and users that
 * name it, and `members` of its groups whose people are in another one: they
 * joined while it was disabled. Runs after the organization's own write.
 */
export async function markNaming(
  tx: SqlEntityManager,
  accountId: string,
  nameKey: string,
  traceparent: string | undefined,
  { members = true } = {},
): Promise<void> {
  await inTransaction(tx)(MARK_NAMING, [
    accountId,
    nameKey,
    "organization_changed" satisfies Cause,
    traceparent ?? null,
    members,
  ]);
}

const MARK_NAMING: Statement = {
  name: "mark_naming",
  text: `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
select $1, named.kind, named.id, array[$3], $4 from (
  select 2 as kind, g.id from scim_group g
  left join scim_group_mapping m on m.account_id = g.account_id and m.scim_group_id = g.id
  where g.account_id = $1 and g.display_name_key = $2 and g.delete_time is null and m.organization_id is null
  union
  select 1, u.id from scim_user u where u.account_id = $1 and u.organization_key = $2 and u.delete_time is null
  union
  select 1, gm.member_id from organization o
  join scim_group_mapping m on m.account_id = o.account_id and m.organization_id = o.id
  join scim_group_member gm on gm.account_id = o.account_id and gm.group_id = m.scim_group_id
  join scim_user_mapping um on um.account_id = o.account_id and um.scim_user_id = gm.member_id
  join person p on p.account_id = o.account_id and p.id = um.person_id and p.organization_id <> o.id
  where o.account_id = $1 and o.name_key = $2 and $5::boolean
  order by 1, 2
) named
${MARK_AGAIN}`,
};
