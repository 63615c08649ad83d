import { DifferenceKind } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Session } from "@rollcall/runtime/database";
import { storeListed } from "./listed.ts";
import { peopleDiffer } from "./person-columns.ts";

const FAILED = ExecutionOutcome.EXECUTION_OUTCOME_FAILED;
const { SCIM_RECORD_KIND_SCIM_USER: USER, SCIM_RECORD_KIND_SCIM_GROUP: GROUP } = ScimRecordKind;

/**
 * Compares the shadows with what they were, once nothing waits any more, and
 * lists what is different: a thing that is so in several ways several times.
 */
export async function listDifferences(session: Session): Promise<void> {
  await storeListed(session, [PEOPLE, ORGANIZATIONS, GROUPS, failing(USER), failing(GROUP)]);
}

const { DIFFERENCE_KIND_PERSON_CREATED: CREATED, DIFFERENCE_KIND_PERSON_CHANGED: CHANGED } = DifferenceKind;
const { DIFFERENCE_KIND_PERSON_DISABLED: DISABLED, DIFFERENCE_KIND_PERSON_ENABLED: ENABLED } = DifferenceKind;
const { DIFFERENCE_KIND_PERSON_MOVED: MOVED, DIFFERENCE_KIND_ORGANIZATION_RENAMED: RENAMED } = DifferenceKind;
const { DIFFERENCE_KIND_GROUP_RELINKED: RELINKED, DIFFERENCE_KIND_RECORD_FAILING: FAILING } = DifferenceKind;

// What disables, enables or moves somebody does not count as a change as well.
const PEOPLE = `select k.kind, 'person' as subject, p.id, p.name
  from before_person b
  join person p on p.id = b.key
  cross join lateral (values
    (${CREATED}, b.created),
    (${CHANGED}, not b.created and ${peopleDiffer("p", "(b.row)", ["id", "disabled", "organization_id"])}),
    (${DISABLED}, not b.created and p.disabled and not (b.row).disabled),
    (${ENABLED}, not b.created and not p.disabled and (b.row).disabled),
    (${MOVED}, not b.created and p.organization_id <> (b.row).organization_id)
  ) k (kind, holds)
  where k.holds`;

const ORGANIZATIONS = `select ${RENAMED}, 'organization', o.id, (b.row).name
  from before_organization b
  join organization o on o.id = b.key
  where o.name <> (b.row).name`;

const GROUPS = `select ${RELINKED}, 'scim_group', g.id, g.attributes ->> 'displayName'
  from before_scim_group_mapping b
  join scim_group_mapping m on m.scim_group_id = b.key
  join scim_group g on g.id = b.key
  where m.organization_id is distinct from (b.row).organization_id`;

function failing(kind: ScimRecordKind): string {
  const [record, name] = kind === USER ? ["scim_user", "userName"] : ["scim_group", "displayName"];
  return `select ${FAILING}, '${record}', r.id, r.attributes ->> '${name}'
    from looked_at l
    join ${record}_mapping m on m.${record}_id = l.record_id
    join ${record} r on r.id = l.record_id
    where l.kind = ${kind} and m.outcome = ${FAILED}`;
}
