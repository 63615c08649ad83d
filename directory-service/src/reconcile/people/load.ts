import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { KeptValues } from "../../domain/execution-values.ts";
import type { PersonOrigin } from "../../domain/person-origin.ts";
import { query } from "../query.ts";
import { type JsonObject, LIST_LIMIT } from "../rules/variables.ts";
import type { PersonState } from "./person.ts";

/** A SCIM user as the rules see it, with its link. */
export interface UserRecord {
  id: string;
  attributes: JsonObject;
  /** A tombstone. */
  deleted: boolean;
  /** The person it is linked to. */
  personId: string | null;
  groups: JsonObject[];
  /** A hold on it was discarded, and the client has not changed it since: it disables nobody. */
  keptEnabled: boolean;
  /** Where the values of its latest run are kept. */
  keptValues: KeptValues | null;
}

/** A person with the SCIM user that holds the link to it. */
export interface LoadedPerson extends PersonState {
  linkedUserId: string | null;
  linkedUserDeleted: boolean | null;
  origins: PersonOrigin[];
}

/** The SCIM users, tombstones included, with the groups they are in by the time they joined. */
export async function loadUsers(tx: SqlEntityManager, accountId: string, ids: string[]): Promise<UserRecord[]> {
  const users = await query<Omit<UserRecord, "groups">>(
    tx,
    `select u.id, u.attributes, u.delete_time is not null as deleted, m.person_id as "personId",
       coalesce(m.kept_enabled_version = u.version, false) as "keptEnabled",
       case when m.values_execution_id is not null then
         jsonb_build_object('executionId', m.values_execution_id, 'digest', m.values_digest) end as "keptValues"
     from scim_user u
     left join scim_user_mapping m on m.account_id = u.account_id and m.scim_user_id = u.id
     where u.account_id = $1 and u.id = any($2::uuid[])`,
    [accountId, ids],
  );
  const memberships = await query<{ userId: string; group: JsonObject }>(
    tx,
    `select gm.member_id as "userId", jsonb_build_object('id', g.id, 'displayName', g.attributes ->> 'displayName',
       'externalId', g.external_id, 'groupType', g.attributes ->> 'groupType', 'organizationId', m.organization_id,
       'classification', case when m.organization_id is not null then 'organization' end) as "group"
     from scim_group_member gm
     join scim_group g on g.account_id = gm.account_id and g.id = gm.group_id and g.delete_time is null
     left join scim_group_mapping m on m.account_id = g.account_id and m.scim_group_id = g.id
     where gm.account_id = $1 and gm.member_id = any($2::uuid[]) and gm.member_type = $3
     order by gm.create_time, g.id`,
    [accountId, ids, MemberType.MEMBER_TYPE_USER],
  );
  const groups = Map.groupBy(memberships, ({ userId }) => userId);
  return users.map((user) => ({
    ...user,
    groups: mostTelling((groups.get(user.id) ?? []).map(({ group }) => group)),
  }));
}

/**
 * The people that are linked to the users or have one of the e-mail keys,
 * locked, so that a change made by hand meanwhile is neither lost nor undone.
 */
export function loadPeople(
  tx: SqlEntityManager,
  accountId: string,
  ids: string[],
  emailKeys: string[],
): Promise<LoadedPerson[]> {
  return query<LoadedPerson>(
    tx,
    `select p.id, p.name, p.primary_email as "primaryEmail", p.organization_id as "organizationId",
       p.manager_id as "managerId", p.job_title as "jobTitle", p.location, p.employee_id as "employeeId",
       p.support_id as "supportId", p.cost_center as "costCenter", p.vip, p.disabled, p.locale,
       p.preferred_language as "preferredLanguage", p.time_zone as "timeZone", p.contacts, p.addresses, p.source,
       p.source_id as "sourceId", p.origins, m.scim_user_id as "linkedUserId", u.delete_time is not null as "linkedUserDeleted"
     from person p
     left join scim_user_mapping m on m.account_id = p.account_id and m.person_id = p.id
     left join scim_user u on u.account_id = m.account_id and u.id = m.scim_user_id
     where p.account_id = $1 and (p.id = any($2::uuid[]) or p.primary_email_key = any($3::text[]))
     order by p.id for no key update of p`,
    [accountId, ids, emailKeys],
  );
}

/** Rules see a bounded list. Of more groups than that, those with an organization matter first. */
function mostTelling(groups: JsonObject[]): JsonObject[] {
  if (groups.length <= LIST_LIMIT) return groups;
  const chosen = new Set(groups.filter(({ organizationId }) => organizationId !== null).slice(0, LIST_LIMIT));
  for (const group of groups) if (chosen.size < LIST_LIMIT) chosen.add(group);
  return groups.filter((group) => chosen.has(group));
}
