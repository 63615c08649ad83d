import { status } from "@grpc/grpc-js";
import { type AccountMember, AccountRole } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { StatusError } from "@rollcall/runtime/status";
import { type Cause, MARK_AGAIN } from "./dirty-records.ts";
import type { Run, Statement } from "./statement.ts";

/** A place in the list of members: those after it became members later, or have a greater id. */
export interface MemberPlace {
  createTime: Date;
  personId: string;
}

/** Members in the order in which they became so. */
export async function listMembers(
  run: Run,
  accountId: string,
  after: MemberPlace | undefined,
  limit: number,
): Promise<AccountMember[]> {
  const rows = await run<MemberRow>(LIST, [accountId, after?.createTime ?? null, after?.personId ?? null, limit]);
  return rows.map(toMember);
}

/** A member of the account. Undefined: the person is none. `personId` is a UUID. */
export async function readMember(run: Run, accountId: string, personId: string): Promise<AccountMember | undefined> {
  const [row] = await run<MemberRow>(READ, [accountId, personId]);
  return row && toMember(row);
}

type MemberRow = Omit<AccountMember, "createTime" | "updateTime"> & { createTime: number; updateTime: number };

function toMember(row: MemberRow): AccountMember {
  return { ...row, createTime: new Date(row.createTime), updateTime: new Date(row.updateTime) };
}

// Times are written in milliseconds, so that a place in the list is exact.
const SELECT = `select m.person_id as "personId", m.role, p.name as "displayName", p.primary_email as "primaryEmail",
    p.disabled, (extract(epoch from m.create_time) * 1000)::float8 as "createTime",
    (extract(epoch from m.update_time) * 1000)::float8 as "updateTime"
  from account_member m join person p on p.account_id = m.account_id and p.id = m.person_id
  where m.account_id = $1`;

const LIST: Statement = {
  name: "list_members",
  text: `${SELECT} and ($2::timestamptz is null or (m.create_time, m.person_id) > ($2::timestamptz, $3::uuid))
    order by m.create_time, m.person_id limit $4`,
};

const READ: Statement = { name: "read_member", text: `${SELECT} and m.person_id = $2` };

/** Makes a person a member, or gives a member another role. The same role changes nothing. */
export async function saveMember(
  run: Run,
  accountId: string,
  personId: string,
  role: AccountRole,
  now: Date,
): Promise<void> {
  await run(SAVE, [accountId, personId, role, now]);
}

const SAVE: Statement = {
  name: "save_member",
  text: `insert into account_member as m (account_id, person_id, role, create_time, update_time)
    values ($1, $2, $3, $4, $4)
    on conflict (account_id, person_id) do update set role = excluded.role, update_time = excluded.update_time
    where m.role <> excluded.role`,
};

/** Takes a person's role away. */
export async function deleteMember(run: Run, accountId: string, personId: string): Promise<void> {
  await run(DELETE, [accountId, personId]);
}

const DELETE: Statement = {
  name: "delete_member",
  text: "delete from account_member where account_id = $1 and person_id = $2",
};

/** Whether the account has the person, which stays as it is until the transaction ends. */
export async function lockPersonOf(run: Run, accountId: string, personId: string): Promise<boolean> {
  return (await run(LOCK_PERSON, [accountId, personId])).length > 0;
}

const LOCK_PERSON: Statement = {
  name: "lock_person_of_member",
  text: "select id from person where account_id = $1 and id = $2 for no key update",
};

/** Those of the people who own the account. */
export async function ownersAmong(run: Run, accountId: string, personIds: readonly string[]): Promise<string[]> {
  const owners = await run<{ id: string }>(OWNERS_AMONG, [accountId, personIds]);
  return owners.map(({ id }) => id);
}

const OWNERS_AMONG: Statement = {
  name: "owners_among",
  text: `select person_id as id from account_member
    where account_id = $1 and role = ${AccountRole.ACCOUNT_ROLE_OWNER} and person_id = any($2::uuid[])`,
};

/**
 * The account's owners. Other transactions that may leave the account without
 * one wait until this one ends: two at once would each see the other's. After
 * the locks of people and holds. `alone`: nobody else is there.
 */
export async function lockOwners(
  run: Run,
  accountId: string,
  { alone = false } = {},
): Promise<{ personId: string; disabled: boolean }[]> {
  if (!alone) await run(LOCK_OWNERS, [accountId]);
  return run(OWNERS, [accountId]);
}

const LOCK_OWNERS: Statement = {
  name: "lock_owners",
  text: "select pg_advisory_xact_lock(hashtextextended('rollcall.owners ' || $1, 0))",
};

const OWNERS: Statement = {
  name: "read_owners",
  text: `select p.id as "personId", p.disabled
    from account_member m join person p on p.account_id = m.account_id and p.id = m.person_id
    where m.account_id = $1 and m.role = ${AccountRole.ACCOUNT_ROLE_OWNER}`,
};

/**
 * Throws LAST_OWNER where an owner who is enabled is about to be one no longer
 * and nobody else is. Keeps it so until the transaction ends.
 */
export async function checkNotLastOwner(run: Run, accountId: string, personId: string): Promise<void> {
  const owners = await lockOwners(run, accountId);
  const enabled = owners.filter(({ disabled }) => !disabled);
  if (enabled.length !== 1 || enabled[0]?.personId !== personId) return;
  throw new StatusError(
    status.FAILED_PRECONDITION,
    "LAST_OWNER",
    `Person ${personId} is the account's last owner who is enabled. Make somebody else an owner first.`,
    { metadata: { person_id: personId } },
  );
}

/** Where one of these people owns the account, marks the SCIM users whose run failed because nobody else did. */
export async function markLastOwners(
  run: Run,
  accountId: string,
  personIds: readonly string[],
  traceparent?: string,
): Promise<void> {
  if (personIds.length === 0) return;
  await run(MARK_LAST_OWNERS, [accountId, personIds, "owner_added" satisfies Cause, traceparent ?? null]);
}

const MARK_LAST_OWNERS: Statement = {
  name: "mark_last_owners",
  text: `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
    select $1, ${ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER}, s.scim_user_id, array[$3], $4
    from account_member o
    join execution e on e.account_id = o.account_id and e.person_id = o.person_id
      and e.outcome = ${ExecutionOutcome.EXECUTION_OUTCOME_FAILED} and e.failed_expression = 'disabled'
    join scim_user_mapping s on s.account_id = e.account_id and s.scim_user_id = e.record_id and s.execution_id = e.id
    where o.account_id = $1 and o.role = ${AccountRole.ACCOUNT_ROLE_OWNER} and exists (
      select from account_member m join person p on p.account_id = m.account_id and p.id = m.person_id
      where m.account_id = $1 and m.person_id = any($2::uuid[]) and m.person_id <> o.person_id
        and m.role = ${AccountRole.ACCOUNT_ROLE_OWNER} and not p.disabled)
    order by s.scim_user_id
    ${MARK_AGAIN}`,
};
