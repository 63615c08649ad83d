import { DriftKind } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Session } from "@rollcall/runtime/database";
import { storeListed } from "./listed.ts";
import { peopleDiffer } from "./person-columns.ts";

/**
 * Compares the shadows, in which everything is as the rules in force make it,
 * with what they were, and lists where that was something else.
 */
export async function listDrift(session: Session): Promise<void> {
  await storeListed(session, [PEOPLE, WITHOUT_PERSON, OF_DELETED, UNMATCHED, ORGANIZATIONS]);
}

const PEOPLE = `select ${DriftKind.DRIFT_KIND_PERSON_DIFFERENT} as kind, 'person' as subject, p.id, p.name
  from before_person b
  join person p on p.id = b.key
  where not b.created and ${peopleDiffer("p", "(b.row)", ["id"])}`;

// Linked to nobody, before anything was mapped: a row that was not kept is as it was.
const WITHOUT_PERSON = `select ${DriftKind.DRIFT_KIND_RECORD_WITHOUT_PERSON}, 'scim_user', u.id, u.attributes ->> 'userName'
  from scim_user u
  left join scim_user_mapping m on m.scim_user_id = u.id
  left join before_scim_user_mapping b on b.key = u.id
  where u.delete_time is null and case when b.key is null then m.person_id else (b.row).person_id end is null`;

const OF_DELETED = `select ${DriftKind.DRIFT_KIND_PERSON_OF_DELETED_RECORD}, 'leaver', p.id, p.name
  from scim_user u
  left join scim_user_mapping m on m.scim_user_id = u.id
  left join before_scim_user_mapping b on b.key = u.id
  join person p on p.id = case when b.key is null then m.person_id else (b.row).person_id end
  where u.delete_time is not null`;

const UNMATCHED = `select ${DriftKind.DRIFT_KIND_GROUP_UNMATCHED}, 'scim_group', g.id, g.attributes ->> 'displayName'
  from scim_group g
  left join scim_group_mapping m on m.scim_group_id = g.id
  left join before_scim_group_mapping b on b.key = g.id
  where g.delete_time is null and case when b.key is null then m.organization_id else (b.row).organization_id end is null`;

const ORGANIZATIONS = `select ${DriftKind.DRIFT_KIND_ORGANIZATION_DIFFERENT}, 'organization', o.id, o.name
  from before_organization b
  join organization o on o.id = b.key
  where o.name <> (b.row).name`;
