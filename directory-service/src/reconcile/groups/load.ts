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
}

/** The SCIM groups, tombstones included, without their members. */
export function loadGroups(tx: SqlEntityManager, accountId: string, ids: string[]): Promise<GroupRecord[]> {
  return query<GroupRecord>(
    tx,
    `select g.id, g.attributes, g.delete_time is not null as deleted, m.organization_id as "organizationId"
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
