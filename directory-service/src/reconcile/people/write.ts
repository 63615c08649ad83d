import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { foldCase } from "../../domain/fold-case.ts";
import { query } from "../query.ts";
import type { PersonState } from "./person.ts";
import type { PersonRun } from "./references.ts";
import type { UserRun } from "./user-run.ts";

// A row of a statement's JSON parameter: PersonState and its e-mail key.
const ROW = `r (id uuid, name text, "primaryEmail" text, "emailKey" text, "organizationId" uuid, "managerId" uuid,
  "jobTitle" text, location text, "employeeId" text, "supportId" text, "costCenter" text, vip boolean,
  disabled boolean, locale text, "preferredLanguage" text, "timeZone" text, contacts jsonb, addresses jsonb,
  source text, "sourceId" text)`;

/** Writes the people that runs change: those there are with one statement, the new ones with another. */
export async function writePeople(
  tx: SqlEntityManager,
  accountId: string,
  runs: PersonRun[],
  now: Date,
): Promise<void> {
  const rows = finalStates(runs);
  const [added, changed] = [rows.filter(({ isNew }) => isNew), rows.filter(({ isNew }) => !isNew)];
  // Updates come first: an e-mail that one person gives up may be a new one's.
  // They set no manager yet, because that may be a new person.
  await updatePeople(tx, accountId, changed, now);
  await insertPeople(tx, accountId, added, now);
  await updateManagers(
    tx,
    accountId,
    changed.filter(({ managerChanges }) => managerChanges),
  );
}

/** Stores where the mapping of each user stands. */
export async function saveUserMappings(
  tx: SqlEntityManager,
  accountId: string,
  runs: UserRun[],
  executions: Map<UserRun, string>,
  now: Date,
): Promise<void> {
  const unlinked = runs.flatMap((run) => run.unlinked ?? []);
  if (unlinked.length > 0)
    await query(
      tx,
      "update scim_user_mapping set person_id = null where account_id = $1 and scim_user_id = any($2::uuid[])",
      [accountId, unlinked],
    );
  const rows = runs.map((run) => ({
    id: run.user.id,
    personId: unlinked.includes(run.user.id) ? null : run.personId,
    outcome: run.outcome,
    error: run.error,
    executionId: executions.get(run),
    wantedPersonId: run.wantedPersonId,
  }));
  if (rows.length === 0) return;
  await query(
    tx,
    `insert into scim_user_mapping as m (account_id, scim_user_id, person_id, outcome, error, execution_id, process_time,
       wanted_person_id)
     select $1, id, "personId", outcome, error, "executionId", $3, "wantedPersonId"
     from jsonb_to_recordset($2::jsonb) as r (id uuid, "personId" uuid, outcome smallint, error text,
       "executionId" uuid, "wantedPersonId" uuid)
     on conflict (account_id, scim_user_id) do update set person_id = excluded.person_id, outcome = excluded.outcome,
       error = excluded.error, execution_id = excluded.execution_id, process_time = excluded.process_time,
       wanted_person_id = excluded.wanted_person_id`,
    [accountId, JSON.stringify(rows), now.toISOString()],
  );
}

interface PersonRow {
  person: PersonState;
  isNew: boolean;
  managerChanges: boolean;
}

/** What to write of each person. Two runs touch one person where a new SCIM user follows a deleted one. */
function finalStates(runs: PersonRun[]): PersonRow[] {
  const rows = new Map<string, PersonRow>();
  for (const { before, after, changes } of runs) {
    const earlier = rows.get(after.id);
    if (changes.length === 0 && !earlier) continue;
    rows.set(after.id, {
      person: after,
      isNew: earlier ? earlier.isNew : before === undefined,
      managerChanges: earlier?.managerChanges || before?.managerId !== after.managerId,
    });
  }
  return [...rows.values()];
}

async function updatePeople(tx: SqlEntityManager, accountId: string, rows: PersonRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await query(
    tx,
    `update person p set version = p.version + 1, update_time = $3, name = r.name, primary_email = r."primaryEmail",
       primary_email_key = r."emailKey", organization_id = r."organizationId", job_title = r."jobTitle",
       location = r.location, employee_id = r."employeeId", support_id = r."supportId", cost_center = r."costCenter",
       vip = r.vip, disabled = r.disabled, locale = r.locale, preferred_language = r."preferredLanguage",
       time_zone = r."timeZone", contacts = r.contacts, addresses = r.addresses, source = r.source,
       source_id = r."sourceId"
     from jsonb_to_recordset($2::jsonb) as ${ROW}
     where p.account_id = $1 and p.id = r.id`,
    [accountId, jsonOf(rows), now.toISOString()],
  );
}

async function insertPeople(tx: SqlEntityManager, accountId: string, rows: PersonRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await query(
    tx,
    `insert into person (account_id, id, name, primary_email, primary_email_key, organization_id, manager_id, job_title,
       location, employee_id, support_id, cost_center, vip, disabled, locale, preferred_language, time_zone, contacts,
       addresses, source, source_id, create_time, update_time)
     select $1, id, name, "primaryEmail", "emailKey", "organizationId", "managerId", "jobTitle",
       location, "employeeId", "supportId", "costCenter", vip, disabled, locale, "preferredLanguage", "timeZone", contacts,
       addresses, source, "sourceId", $3, $3
     from jsonb_to_recordset($2::jsonb) as ${ROW}`,
    [accountId, jsonOf(rows), now.toISOString()],
  );
}

async function updateManagers(tx: SqlEntityManager, accountId: string, rows: PersonRow[]): Promise<void> {
  if (rows.length === 0) return;
  await query(
    tx,
    `update person p set manager_id = r.manager_id from unnest($2::uuid[], $3::uuid[]) as r (id, manager_id)
     where p.account_id = $1 and p.id = r.id`,
    [accountId, rows.map(({ person }) => person.id), rows.map(({ person }) => person.managerId)],
  );
}

function jsonOf(rows: PersonRow[]): string {
  return JSON.stringify(rows.map(({ person }) => ({ ...person, emailKey: foldCase(person.primaryEmail) })));
}
