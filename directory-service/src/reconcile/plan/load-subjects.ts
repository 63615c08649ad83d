import { Difference } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Session } from "@rollcall/runtime/database";
import { changesOf } from "../people/changes.ts";
import type { PersonState } from "../people/person.ts";
import { personObject } from "./person-columns.ts";

/** What something is said of. A leaver: a person of whom it matters whether it is disabled, which is said in any case. */
export type Subject = "person" | "leaver" | "organization" | "scim_user" | "scim_group";

/** All that there is to say of the subjects: who or what they are, and field by field what becomes of them. */
export async function loadSubjects(
  session: Session,
  wanted: readonly { subject: Subject; id: string }[],
): Promise<(subject: Subject, id: string) => Difference | undefined> {
  const found = {} as Record<Subject, Map<string, Difference>>;
  for (const subject of Object.keys(LOADERS) as Subject[]) {
    const ids = wanted.filter((one) => one.subject === subject).map(({ id }) => id);
    found[subject] = new Map(ids.length > 0 ? await LOADERS[subject](session, [...new Set(ids)]) : []);
  }
  return (subject, id) => found[subject].get(id);
}

type About = [id: string, Difference];
type Load = (session: Session, ids: string[]) => Promise<About[]>;

const { SCIM_RECORD_KIND_SCIM_USER: USER, SCIM_RECORD_KIND_SCIM_GROUP: GROUP } = ScimRecordKind;

const LOADERS: Record<Subject, Load> = {
  person: async (session, ids) => (await rowsOf<PersonRow>(session, PEOPLE, ids)).map(aboutPerson),
  leaver: async (session, ids) => (await rowsOf<PersonRow>(session, PEOPLE, ids)).map(aboutLeaver),
  organization: async (session, ids) =>
    (await rowsOf<OrganizationRow>(session, ORGANIZATIONS, ids)).map(aboutOrganization),
  scim_user: async (session, ids) =>
    (await rowsOf<RecordRow>(session, USERS, ids)).map((row) => aboutRecord(USER, row)),
  scim_group: async (session, ids) =>
    (await rowsOf<RecordRow>(session, GROUPS, ids)).map((row) => aboutRecord(GROUP, row)),
};

async function rowsOf<Row>({ pool }: Session, text: string, ids: string[]): Promise<Row[]> {
  return (await pool.query(text, [ids])).rows as Row[];
}

function aboutPerson({ id, before, after, recordId, recordName, newManager }: PersonRow): About {
  const changes = changesOf(before ?? undefined, after).map((change) =>
    // Somebody who does not exist yet has no id to show.
    change.field === "manager_id" && newManager ? { ...change, after: { primary_email: newManager } } : change,
  );
  const { name, primaryEmail, organizationId } = before ?? after;
  const existing = before ? { personId: id, organizationId } : {};
  const record = recordId ? { recordKind: USER, recordId, recordName: recordName ?? "" } : {};
  return [id, Difference.fromPartial({ ...existing, ...record, displayName: name, primaryEmail, changes })];
}

function aboutLeaver(row: PersonRow): About {
  const [id, difference] = aboutPerson(row);
  const { disabled } = row.after;
  const said = difference.changes.some(({ field }) => field === "disabled");
  const changes = said ? [] : [{ field: "disabled", before: disabled, after: disabled }];
  return [id, { ...difference, changes: [...changes, ...difference.changes] }];
}

function aboutOrganization({ id, before, after, groupIds, groupName }: OrganizationRow): About {
  const [recordId, ...others] = groupIds;
  const record = recordId && others.length === 0 ? { recordKind: GROUP, recordId, recordName: groupName ?? "" } : {};
  const changes = [{ field: "name", before, after }];
  return [id, Difference.fromPartial({ organizationId: id, ...record, displayName: before, changes })];
}

function aboutRecord(recordKind: ScimRecordKind, { recordId, before, after, ...row }: RecordRow): About {
  const relinked = recordKind === GROUP && before !== after;
  const difference = Difference.fromPartial({
    recordKind,
    recordId,
    recordName: row.recordName ?? "",
    personId: row.personId ?? "",
    organizationId: after ?? before ?? "",
    displayName: row.displayName ?? "",
    primaryEmail: row.primaryEmail ?? "",
    changes: relinked ? [{ field: "organization_id", before, after }] : [],
    error: row.error ?? "",
    failedRule: row.failedRule ?? "",
    failedExpression: row.failedExpression ?? "",
    warnings: row.warnings ?? [],
    failingAlready: row.failingAlready ?? false,
  });
  return [recordId, difference];
}

// The shadows have one account, whose id leads every index.
const theseRows = (row: string) =>
  `${row}.account_id = (select account_id from account) and ${row}.id = any($1::uuid[])`;

interface PersonRow {
  id: string;
  /** Null: would be new. */
  before: PersonState | null;
  after: PersonState;
  recordId: string | null;
  recordName: string | null;
  /** E-mail of the manager who would be new. */
  newManager: string | null;
}

// A person that nothing has changed was what it is.
const PEOPLE = `select p.id, case when b.created then null when b.key is null then ${personObject("p")}
    else ${personObject("(b.row)")} end as before,
    ${personObject("p")} as after, u.id as "recordId", u.attributes ->> 'userName' as "recordName",
    n.primary_email as "newManager"
  from person p
  left join before_person b on b.key = p.id
  left join scim_user_mapping m on m.account_id = p.account_id and m.person_id = p.id
  left join scim_user u on u.account_id = m.account_id and u.id = m.scim_user_id
  left join before_person nb on nb.key = p.manager_id and nb.created
  left join person n on n.account_id = p.account_id and n.id = nb.key
  where ${theseRows("p")}`;

interface OrganizationRow {
  id: string;
  before: string;
  after: string;
  groupIds: string[];
  groupName: string | null;
}

const ORGANIZATIONS = `select o.id, coalesce((b.row).name, o.name) as before, o.name as after,
    coalesce(g.ids, '{}') as "groupIds", g.name as "groupName"
  from organization o
  left join before_organization b on b.key = o.id
  left join lateral (
    select array_agg(g.id) as ids, min(g.attributes ->> 'displayName') as name
    from scim_group_mapping m join scim_group g on g.account_id = m.account_id and g.id = m.scim_group_id
    where m.account_id = o.account_id and m.organization_id = o.id
  ) g on true
  where ${theseRows("o")}`;

interface RecordRow {
  recordId: string;
  recordName: string | null;
  personId: string | null;
  displayName: string | null;
  primaryEmail: string | null;
  /** The organization that a group is linked to, before and after. */
  before: string | null;
  after: string | null;
  error: string | null;
  failedRule: string | null;
  failedExpression: string | null;
  warnings: string[] | null;
  failingAlready: boolean | null;
}

// The mapping's row is kept as it was where mapping has changed it, so without one it is the same as ever.
const OUTCOME = `m.error, e.failed_rule as "failedRule",
    e.failed_expression as "failedExpression", e.warnings,
    m.outcome = ${ExecutionOutcome.EXECUTION_OUTCOME_FAILED} and (b.key is null
      or (not b.created and (b.row).outcome = m.outcome and (b.row).error = m.error)) as "failingAlready"`;
const EXECUTION = `left join lateral (
    select * from execution e where e.account_id = r.account_id and e.record_id = r.id order by id desc limit 1
  ) e on true`;

const USERS = `select r.id as "recordId", r.attributes ->> 'userName' as "recordName", p.id as "personId",
    p.name as "displayName", p.primary_email as "primaryEmail", null as before, p.organization_id as after, ${OUTCOME}
  from scim_user r
  left join scim_user_mapping m on m.account_id = r.account_id and m.scim_user_id = r.id
  left join before_scim_user_mapping b on b.key = r.id
  left join person p on p.account_id = m.account_id and p.id = m.person_id
    and not exists (select from before_person bp where bp.key = p.id and bp.created)
  ${EXECUTION}
  where ${theseRows("r")}`;

const GROUPS = `select r.id as "recordId", r.attributes ->> 'displayName' as "recordName", null as "personId",
    coalesce(o.name, ob.name) as "displayName", null as "primaryEmail",
    case when b.key is null then m.organization_id else (b.row).organization_id end as before,
    m.organization_id as after, ${OUTCOME}
  from scim_group r
  left join scim_group_mapping m on m.account_id = r.account_id and m.scim_group_id = r.id
  left join before_scim_group_mapping b on b.key = r.id
  left join organization o on o.account_id = r.account_id and o.id = m.organization_id
  left join organization ob on ob.account_id = r.account_id and ob.id = (b.row).organization_id
  ${EXECUTION}
  where ${theseRows("r")}`;
