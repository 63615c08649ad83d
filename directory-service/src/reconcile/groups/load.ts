import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { query } from "../query.ts";
import type { JsonObject } from "../rules/variables.ts";

/** An organization as reconcile reads and writes it. */
export interface OrganizationState {
  id: string;
  name: string;
  disabled: boolean;
}

/** A SCIM group as the rules see it, with its link. */
export interface GroupRecord {
  id: string;
  attributes: JsonObject;
  /** A tombstone. */
  deleted: boolean;
  organizationId: string | null;
  /** What its members saw of it after its latest run. Null: it never ran. */
  memberView: string[] | null;
}

/** The SCIM groups, tombstones included, without their members. */
export function loadGroups(tx: SqlEntityManager, accountId: string, ids: string[]): Promise<GroupRecord[]> {
  return query<GroupRecord>(
    tx,
    `select g.id, g.attributes, g.delete_time is not null as deleted, m.organization_id as "organizationId",
       m.member_view::text[] as "memberView"
     from scim_group g
     left join scim_group_mapping m on m.account_id = g.account_id and m.scim_group_id = g.id
     where g.account_id = $1 and g.id = any($2::uuid[])`,
    [accountId, ids],
  );
}

/** Organizations by id or by name, disabled ones included, locked. */
export function loadOrganizations(
  tx: SqlEntityManager,
  accountId: string,
  ids: string[],
  nameKeys: string[],
): Promise<OrganizationState[]> {
  return query<OrganizationState>(
    tx,
    `select id, name, disabled from organization
     where account_id = $1 and (id = any($2::uuid[]) or name_key = any($3::text[]))
     order by id for no key update`,
    [accountId, ids, nameKeys],
  );
}

/** The first by id of the groups, apart from some, that are linked to each of the organizations. */
export async function loadFirstGroups(
  tx: SqlEntityManager,
  accountId: string,
  organizationIds: string[],
  exceptIds: string[],
): Promise<Map<string, string>> {
  const rows = await query<{ organizationId: string; groupId: string }>(
    tx,
    `select distinct on (m.organization_id) m.organization_id as "organizationId", m.scim_group_id as "groupId"
     from scim_group_mapping m
     join scim_group g on g.account_id = m.account_id and g.id = m.scim_group_id and g.delete_time is null
     where m.account_id = $1 and m.organization_id = any($2::uuid[]) and m.scim_group_id <> all($3::uuid[])
     order by m.organization_id, m.scim_group_id`,
    [accountId, organizationIds, exceptIds],
  );
  return new Map(rows.map(({ organizationId, groupId }) => [organizationId, groupId]));
}
