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

/**
 * Marks records to be mapped, in the transaction that changed them. `recordIds`
 * must be sorted: two transactions then lock the marks they share in one order.
 */
export async function markDirty(
  tx: SqlEntityManager,
  accountId: string,
  kind: ScimRecordKind,
  recordIds: readonly string[],
  cause: Cause,
  traceparent: string | undefined,
): Promise<void> {
  if (recordIds.length === 0) return;
  await inTransaction(tx)(MARK, [accountId, kind, recordIds, cause, traceparent ?? null]);
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
select $1, $2, id, array[$4], $5 from unnest($3::uuid[]) id
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

/** Marks what names an organization and could now resolve. Runs after the organization's own write. */
export async function markNaming(
  tx: SqlEntityManager,
  accountId: string,
  nameKey: string,
  traceparent: string | undefined,
): Promise<void> {
  await inTransaction(tx)(MARK_NAMING, [
    accountId,
    nameKey,
    "organization_changed" satisfies Cause,
    traceparent ?? null,
  ]);
}

const MARK_NAMING: Statement = {
  name: "mark_naming",
  text: `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
select $1, named.kind, named.id, array[$3], $4 from (
  select 2 as kind, g.id from scim_group g
  left join scim_group_mapping m on m.account_id = g.account_id and m.scim_group_id = g.id
  where g.account_id = $1 and g.display_name_key = $2 and g.delete_time is null and m.organization_id is null
  union all
  select 1, u.id from scim_user u where u.account_id = $1 and u.organization_key = $2 and u.delete_time is null
  order by 1, 2
) named
${MARK_AGAIN}`,
};
