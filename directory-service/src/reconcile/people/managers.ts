import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { query } from "../query.ts";
import { type Candidate, keysOf } from "./candidates.ts";

/** Gives the id of the enabled person that a candidate stands for, undefined where there is none. */
export type ManagerLookup = (candidate: Candidate) => string | undefined;

/** Looks up all candidates of a batch with one statement: SCIM users' people, and people by id. */
export async function lookUpManagers(
  tx: SqlEntityManager,
  accountId: string,
  candidates: Candidate[],
): Promise<ManagerLookup> {
  const userIds = keysOf(candidates, "scim_user");
  const ids = keysOf(candidates, "id");
  const found = new Map<string, string>();
  if (userIds.length > 0 || ids.length > 0) {
    const rows = await query<{ id: string; userId: string | null }>(
      tx,
      `select p.id, m.scim_user_id as "userId" from person p
       left join scim_user_mapping m on m.account_id = p.account_id and m.person_id = p.id
       where p.account_id = $1 and not p.disabled and p.id in (
         select person_id from scim_user_mapping where account_id = $1 and scim_user_id = any($2::uuid[])
         union all select unnest($3::uuid[]))`,
      [accountId, userIds, ids],
    );
    for (const { id, userId } of rows) found.set(`scim_user ${userId}`, id).set(`id ${id}`, id);
  }
  return ({ by, value }) => found.get(`${by} ${value.toLowerCase()}`);
}

/** The managers above people, as far up as they go: person id to manager id. */
export async function loadManagerChains(
  tx: SqlEntityManager,
  accountId: string,
  personIds: string[],
): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await query<{ id: string; managerId: string | null }>(
    tx,
    `with recursive chain as (
       select id, manager_id from person where account_id = $1 and id = any($2::uuid[])
       union
       select p.id, p.manager_id from person p join chain on p.id = chain.manager_id where p.account_id = $1
     )
     select id, manager_id as "managerId" from chain`,
    [accountId, personIds],
  );
  return new Map(rows.flatMap(({ id, managerId }) => (managerId ? [[id, managerId] as const] : [])));
}

/** Whether a person would come to stand above themselves. */
export function makesCycle(managers: ReadonlyMap<string, string>, personId: string, managerId: string): boolean {
  return managerId === personId || chainUpTo(managers, managerId, personId).some((id) => managers.get(id) === personId);
}

/** A person, and who stands above them, as far as below another one or else all the way up. */
export function chainUpTo(managers: ReadonlyMap<string, string>, personId: string, otherId: string): string[] {
  const chain = new Set<string>();
  for (let id: string | undefined = personId; id && id !== otherId && !chain.has(id); id = managers.get(id))
    chain.add(id);
  return [...chain];
}
