import { status } from "@grpc/grpc-js";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { StatusError } from "@rollcall/runtime/status";
import type { MemberPlan, MemberStep } from "../domain/plan-members.ts";
import { isRecordId } from "../domain/record-id.ts";
import { MEMBERS } from "./filter-memberships.ts";
import { compileElementFilter } from "./filter-sql.ts";
import type { Run, Statement } from "./statement.ts";

/** What became of a group's membership: the members that came and went. */
export interface MembershipChange {
  added: Member[];
  removed: Member[];
}

/** A member row. */
export interface Member {
  id: string;
  type: MemberType;
}

/**
 * Changes the membership of a locked group, step by step. Reads and writes the
 * rows of the members that a plan names and no others; a filter looks at those
 * that can match it.
 *
 * @throws StatusError MEMBER_NOT_FOUND, MEMBER_CYCLE, FILTER_INVALID
 */
export async function changeMembers(
  run: Run,
  accountId: string,
  groupId: string,
  steps: readonly MemberStep[],
  now: Date,
): Promise<MembershipChange> {
  const changes: MembershipChange[] = [];
  for (const step of steps) {
    if ("plan" in step) changes.push(await applyPlan(run, accountId, groupId, step.plan, now));
    else changes.push({ added: [], removed: await removeMatching(run, accountId, groupId, step.leave) });
  }
  return netChange(changes);
}

/** Who came in one step and left in another is where it was. */
function netChange(changes: readonly MembershipChange[]): MembershipChange {
  const [only, ...more] = changes;
  if (only && more.length === 0) return only;
  const came = new Map<string, { member: Member; times: number }>();
  const count = (member: Member, by: number) =>
    came.set(member.id, { member, times: (came.get(member.id)?.times ?? 0) + by });
  for (const { added, removed } of changes) {
    for (const member of added) count(member, 1);
    for (const member of removed) count(member, -1);
  }
  const those = (times: number) => [...came.values()].filter((each) => each.times === times).map((each) => each.member);
  return { added: those(1), removed: those(-1) };
}

async function applyPlan(
  run: Run,
  accountId: string,
  groupId: string,
  plan: MemberPlan,
  now: Date,
): Promise<MembershipChange> {
  const wanted = [...plan.add];
  const removed = plan.replace
    ? await run<Member>(REMOVE_OTHERS, [accountId, groupId, wanted.filter(isRecordId)])
    : await removeMembers(run, accountId, groupId, [...plan.remove]);
  return { added: await addMembers(run, accountId, groupId, wanted, now), removed };
}

async function addMembers(run: Run, accountId: string, groupId: string, ids: string[], now: Date): Promise<Member[]> {
  if (ids.length === 0) return [];
  const stranger = ids.find((id) => !isRecordId(id));
  if (stranger !== undefined) throw memberNotFound(stranger);
  const known = await run<Member & { added: boolean }>(ADD, [accountId, groupId, ids, now]);
  if (known.length < ids.length) {
    const found = new Set(known.map(({ id }) => id));
    throw memberNotFound(ids.find((id) => !found.has(id)) ?? "");
  }
  const added = known.filter((member) => member.added);
  const groups = added.filter(({ type }) => type === MemberType.MEMBER_TYPE_GROUP).map(({ id }) => id);
  if (groups.length > 0) await refuseCycle(run, accountId, groupId, groups);
  return added;
}

/** The share locks keep members from being deleted between this look at them and the commit. */
const ADD: Statement = {
  name: "add_scim_group_members",
  text: `with users as (
  select id from scim_user where account_id = $1 and id = any($3::uuid[]) and delete_time is null for key share
), groups as (
  select id from scim_group where account_id = $1 and id = any($3::uuid[]) and delete_time is null for key share
), known as (
  select id, ${MemberType.MEMBER_TYPE_USER}::smallint as type from users
  union all select id, ${MemberType.MEMBER_TYPE_GROUP}::smallint from groups
), added as (
  insert into scim_group_member (account_id, group_id, member_id, member_type, create_time)
  select $1, $2, id, type, $4 from known
  on conflict do nothing returning member_id
)
select known.id, known.type, added.member_id is not null as added from known left join added on added.member_id = known.id`,
};

async function removeMembers(run: Run, accountId: string, groupId: string, ids: string[]): Promise<Member[]> {
  const known = ids.filter(isRecordId);
  return known.length > 0 ? run<Member>(REMOVE, [accountId, groupId, known]) : [];
}

const REMOVE: Statement = {
  name: "remove_scim_group_members",
  text: `delete from scim_group_member where account_id = $1 and group_id = $2 and member_id = any($3::uuid[])
returning member_id as id, member_type as type`,
};

const REMOVE_OTHERS: Statement = {
  name: "remove_other_scim_group_members",
  text: `delete from scim_group_member where account_id = $1 and group_id = $2 and not (member_id = any($3::uuid[]))
returning member_id as id, member_type as type`,
};

/** Not by a statement of its own name: there is one for each form of filter. */
function removeMatching(run: Run, accountId: string, groupId: string, filter: Filter): Promise<Member[]> {
  const { text, values } = compileElementFilter(MEMBERS, filter, 3);
  const gone = `select m.member_id from scim_group r, ${MEMBERS.from}
where r.account_id = $1 and r.id = $2 and ${MEMBERS.where} and ${text}`;
  const remove = `delete from scim_group_member where account_id = $1 and group_id = $2 and member_id in (${gone})
returning member_id as id, member_type as type`;
  return run<Member>({ name: "", text: remove }, [accountId, groupId, ...values]);
}

/**
 * RFC 7643 section 4.2 leaves nesting to the server; a group inside itself has
 * no members that anybody could count. The account's nestings wait for each
 * other here, since two at once could close a circle that neither sees.
 */
async function refuseCycle(run: Run, accountId: string, groupId: string, groups: string[]): Promise<void> {
  await run(LOCK_NESTING, [accountId]);
  const cycle = await run(FIND_CYCLE, [accountId, groupId, groups]);
  if (cycle.length > 0)
    throw new StatusError(status.INVALID_ARGUMENT, "MEMBER_CYCLE", "The group would contain itself.");
}

const LOCK_NESTING: Statement = {
  name: "lock_scim_group_nesting",
  text: "select pg_advisory_xact_lock(hashtextextended('rollcall.scim_group_nesting ' || $1, 0))",
};

const FIND_CYCLE: Statement = {
  name: "find_scim_group_cycle",
  // Upwards, to the groups around: downwards it would read all members of the groups inside.
  text: `with recursive around(id) as (
  select $2::uuid
  union
  select m.group_id from around join scim_group_member m
    on m.account_id = $1 and m.member_id = around.id and m.member_type = ${MemberType.MEMBER_TYPE_GROUP}
)
select id from around where id = any($3::uuid[])`,
};

function memberNotFound(id: string): StatusError {
  return new StatusError(status.INVALID_ARGUMENT, "MEMBER_NOT_FOUND", `There is no user or group with id "${id}".`, {
    metadata: { member: id },
  });
}
