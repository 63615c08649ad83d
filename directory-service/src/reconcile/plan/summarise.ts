import {
  DifferenceKind,
  type OutcomeCount,
  PlanSummary,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Session } from "@rollcall/runtime/database";
import type { BrakeOutlook } from "./brake-outlook.ts";
import { countListed } from "./listed.ts";

/** What the differences that are listed come to. The brake is foretold from a sample as if all people were like it. */
export async function summarise(
  session: Session,
  brake: BrakeOutlook,
  { sampled }: { sampled: boolean },
): Promise<PlanSummary> {
  const count = await countListed(session);
  const outcomes = (await session.pool.query<OutcomeCount>(OUTCOMES)).rows;
  const [looked] = (await session.pool.query<{ records: number; untouched: number }>(LOOKED_AT)).rows;
  const peopleDisabled = count(DifferenceKind.DIFFERENCE_KIND_PERSON_DISABLED);
  return PlanSummary.fromPartial({
    records: looked?.records ?? 0,
    peopleCreated: count(DifferenceKind.DIFFERENCE_KIND_PERSON_CREATED),
    peopleChanged: count(DifferenceKind.DIFFERENCE_KIND_PERSON_CHANGED),
    peopleDisabled,
    peopleEnabled: count(DifferenceKind.DIFFERENCE_KIND_PERSON_ENABLED),
    peopleMoved: count(DifferenceKind.DIFFERENCE_KIND_PERSON_MOVED),
    peopleUntouched: looked?.untouched ?? 0,
    organizationsRenamed: count(DifferenceKind.DIFFERENCE_KIND_ORGANIZATION_RENAMED),
    groupsRelinked: count(DifferenceKind.DIFFERENCE_KIND_GROUP_RELINKED),
    outcomes,
    brakeTrips: brake.holds(sampled ? await projected(session, brake, peopleDisabled) : peopleDisabled),
    peopleEnabledNow: brake.enabledNow,
    brakeThreshold: brake.threshold,
  });
}

/** How many people of the account would be disabled if as many of all were as of those looked at. */
async function projected({ pool }: Session, { enabledNow }: BrakeOutlook, disabled: number): Promise<number> {
  const { rows } = await pool.query<{ people: number }>(ENABLED_BEFORE);
  const people = Math.max(rows[0]?.people ?? 0, disabled);
  return people === 0 ? 0 : Math.round((disabled * enabledNow) / people);
}

const { SCIM_RECORD_KIND_SCIM_USER: USER, SCIM_RECORD_KIND_SCIM_GROUP: GROUP } = ScimRecordKind;

const OUTCOMES = `select outcome, count(*)::float8 as executions from (
    select m.outcome from looked_at l join scim_user_mapping m on m.scim_user_id = l.record_id where l.kind = ${USER}
    union all
    select m.outcome from looked_at l join scim_group_mapping m on m.scim_group_id = l.record_id where l.kind = ${GROUP}
  ) looked where outcome is not null group by outcome order by outcome`;

const ENABLED_BEFORE = `select count(*)::float8 as people from looked_at l
  join scim_user_mapping m on m.scim_user_id = l.record_id
  join person p on p.id = m.person_id
  left join before_person b on b.key = p.id
  where l.kind = ${USER} and b.created is not true and not coalesce((b.row).disabled, p.disabled)`;

// Kinds of people come before those of other things.
const LOOKED_AT = `select (select count(*)::float8 from looked_at) as records, (
    select count(*)::float8 from looked_at l
    join scim_user_mapping m on m.scim_user_id = l.record_id and m.person_id is not null
    where l.kind = ${USER} and not exists (select from listed d
      where d.id = m.person_id and d.kind <= ${DifferenceKind.DIFFERENCE_KIND_PERSON_MOVED})
  ) as untouched`;
