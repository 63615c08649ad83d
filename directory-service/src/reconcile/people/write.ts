import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { sortedKeys } from "../../domain/candidate-keys.ts";
import { foldCase } from "../../domain/fold-case.ts";
import { mergeOrigins, type PersonOrigin } from "../../domain/person-origin.ts";
import { query } from "../query.ts";
import { freshOrigins } from "./origins.ts";
import type { PersonState } from "./person.ts";
import type { PersonRun } from "./references.ts";
import type { UserRun } from "./user-run.ts";

const KEPT_BACK: ReadonlySet<ExecutionOutcome | undefined> = new Set([
  ExecutionOutcome.EXECUTION_OUTCOME_HELD,
  ExecutionOutcome.EXECUTION_OUTCOME_FAILED,
]);

// A row of a statement's JSON parameter: PersonState, its e-mail key and origins.
const ROW = `r (id uuid, name text, "primaryEmail" text, "emailKey" text, "organizationId" uuid, "managerId" uuid,
  "jobTitle" text, location text, "employeeId" text, "supportId" text, "costCenter" text, vip boolean,
  disabled boolean, locale text, "preferredLanguage" text, "timeZone" text, contacts jsonb, addresses jsonb,
  source text, "sourceId" text, origins jsonb)`;

/** Writes the people that runs change: those there are with one statement, the new ones with another. */
export async function writePeople(
  tx: SqlEntityManager,
  accountId: string,
  runs: PersonRun[],
  now: Date,
): Promise<void> {
  const rows = finalStates(runs, now);
  const [added, changed] = [rows.filter(({ isNew }) => isNew), rows.filter(({ isNew }) => !isNew)];
  // Updates come first: an e-mail that one person gives up may be a new one's.
  // They set no manager yet, because that may be a new person.
  await releaseEmails(tx, accountId, rows);
  await updatePeople(tx, accountId, changed, now);
  await insertPeople(tx, accountId, added, now);
  await updateManagers(
    tx,
    accountId,
    changed.filter(({ managerChanges }) => managerChanges),
  );
}

/**
 * Stores where the mapping of each user stands. Answers the deleted users that lost their
 * person to a new one and still say what kept them from disabling it: they are due again.
 */
export async function saveUserMappings(
  tx: SqlEntityManager,
  accountId: string,
  runs: UserRun[],
  now: Date,
): Promise<string[]> {
  const unlinked = runs.flatMap((run) => run.unlinked ?? []);
  const outcomes = await unlink(tx, accountId, unlinked);
  const rows = runs.map((run) => ({
    id: run.user.id,
    personId: unlinked.includes(run.user.id) ? null : linkOf(run),
    outcome: run.outcome,
    error: run.error,
    executionId: run.executionId,
    valuesExecutionId: run.keptValues?.executionId,
    valuesDigest: run.keptValues?.digest,
    // What is deleted does not come back by itself.
    keys: run.user.deleted ? [] : sortedKeys(run.keys),
  }));
  if (rows.length === 0) return [];
  await query(
    tx,
    `insert into scim_user_mapping as m (account_id, scim_user_id, person_id, outcome, error, execution_id, process_time,
       values_execution_id, values_digest, candidate_keys)
     select $1, id, "personId", outcome, error, "executionId", $3, "valuesExecutionId", "valuesDigest", keys
     from jsonb_to_recordset($2::jsonb) as r (id uuid, "personId" uuid, outcome smallint, error text,
       "executionId" uuid, "valuesExecutionId" uuid, "valuesDigest" text, keys bigint[])
     on conflict (account_id, scim_user_id) do update set person_id = excluded.person_id, outcome = excluded.outcome,
       error = excluded.error, execution_id = excluded.execution_id, process_time = excluded.process_time,
       values_execution_id = excluded.values_execution_id, values_digest = excluded.values_digest,
       candidate_keys = excluded.candidate_keys`,
    [accountId, JSON.stringify(rows), now.toISOString()],
  );
  for (const { user, outcome } of runs) outcomes.set(user.id, outcome);
  return unlinked.filter((id) => KEPT_BACK.has(outcomes.get(id)));
}

/** Takes the links from deleted users. Answers how their mapping ended the last time. */
async function unlink(
  tx: SqlEntityManager,
  accountId: string,
  unlinked: readonly string[],
): Promise<Map<string, ExecutionOutcome | undefined>> {
  if (unlinked.length === 0) return new Map();
  const rows = await query<{ id: string; outcome: ExecutionOutcome }>(
    tx,
    `update scim_user_mapping set person_id = null where account_id = $1 and scim_user_id = any($2::uuid[])
     returning scim_user_id as id, outcome`,
    [accountId, unlinked],
  );
  return new Map(rows.map(({ id, outcome }) => [id, outcome]));
}

/** A run that was stopped knows its person and links nobody. */
function linkOf({ after, user, personId }: UserRun): string | null {
  return after ? personId : user.personId;
}

interface PersonRow {
  person: PersonState;
  /** The key of the e-mail so far. Undefined: new. */
  emailKey: string | undefined;
  origins: readonly PersonOrigin[];
  isNew: boolean;
  managerChanges: boolean;
}

/** What to write of each person. Two runs touch one person where a new SCIM user follows a deleted one. */
function finalStates(runs: PersonRun[], now: Date): PersonRow[] {
  const rows = new Map<string, PersonRow>();
  for (const run of runs) {
    const { before, after, changes } = run;
    const earlier = rows.get(after.id);
    if (changes.length === 0 && !earlier) continue;
    const changed = changes.map(({ field }) => field);
    rows.set(after.id, {
      person: after,
      emailKey: earlier ? earlier.emailKey : before && foldCase(before.primaryEmail),
      origins: mergeOrigins(earlier?.origins ?? run.origins, changed, freshOrigins(run, changed, now)),
      isNew: earlier ? earlier.isNew : before === undefined,
      managerChanges: earlier?.managerChanges || before?.managerId !== after.managerId,
    });
  }
  return [...rows.values()];
}

/** Frees the e-mails that move within the batch: they may change places. */
async function releaseEmails(tx: SqlEntityManager, accountId: string, rows: PersonRow[]): Promise<void> {
  const holders = new Map(rows.map(({ person, emailKey }) => [emailKey, person.id]));
  const inTheWay = rows.flatMap(({ person }) => {
    const holder = holders.get(foldCase(person.primaryEmail));
    return holder === undefined || holder === person.id ? [] : [holder];
  });
  if (inTheWay.length === 0) return;
  // No e-mail begins with a blank.
  const text = "update person set primary_email_key = ' ' || id where account_id = $1 and id = any($2::uuid[])";
  await query(tx, text, [accountId, inTheWay]);
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
       source_id = r."sourceId", origins = r.origins
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
       addresses, source, source_id, origins, create_time, update_time)
     select $1, id, name, "primaryEmail", "emailKey", "organizationId", "managerId", "jobTitle",
       location, "employeeId", "supportId", "costCenter", vip, disabled, locale, "preferredLanguage", "timeZone", contacts,
       addresses, source, "sourceId", origins, $3, $3
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
  return JSON.stringify(
    rows.map(({ person, origins }) => ({ ...person, origins, emailKey: foldCase(person.primaryEmail) })),
  );
}
