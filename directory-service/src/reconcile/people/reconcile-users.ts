import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { foldCase } from "../../domain/fold-case.ts";
import { markWaiting } from "../../storage/dirty-records.ts";
import type { Batch } from "../batch.ts";
import { saveExecutions } from "../record-runs.ts";
import { evaluateLookup } from "../rules/evaluate.ts";
import { endWithoutRules, startRun } from "../run.ts";
import { changesOf } from "./changes.ts";
import { loadPeople, loadUsers, type UserRecord } from "./load.ts";
import { mapUser, variablesOf } from "./map-user.ts";
import { markReports } from "./mark-reports.ts";
import { assignReferences, type PersonRun } from "./references.ts";
import { registerOf } from "./register.ts";
import type { UserRun } from "./user-run.ts";
import { saveUserMappings, writePeople } from "./write.ts";

/** Brings the people of a batch of SCIM users in line with the users and the rules. */
export async function reconcileUsers(tx: SqlEntityManager, batch: Batch): Promise<void> {
  const { account, rules, records, now } = batch;
  const runs = await startRuns(tx, batch);

  if ("ruleSet" in rules) {
    const { ruleSet } = rules;
    const emails = new Map(
      runs.map(({ user }) => [user.id, evaluateLookup(ruleSet, variablesOf(account, user, undefined))]),
    );
    const people = await loadPeople(tx, account.id, linkedIds(runs), keysOf(emails.values()));
    const register = registerOf(people);
    for (const run of runs) {
      const start = performance.now();
      mapUser(run, ruleSet, account, register, emails.get(run.user.id) ?? null);
      run.micros = (performance.now() - start) * 1000;
    }
  } else for (const run of runs) endWithoutRules(run, rules.error);

  const touching = runs.filter((run): run is PersonRun => run.after !== undefined);
  await assignReferences(tx, account, touching);
  for (const run of touching) conclude(run);

  await writePeople(tx, account.id, touching, now);
  const executions = await saveExecutions(tx, account.id, runs, now);
  await saveUserMappings(tx, account.id, runs, executions, now);
  const traceparent = runs[0]?.record.traceparent ?? undefined;
  const batchIds = records.map(({ recordId }) => recordId);
  await markReports(tx, account.id, foundAnew(touching), { batch: batchIds, traceparent });
  await markWaiting(tx, account.id, releasedBy(touching), traceparent);
}

/** The people who can be found as managers only now: their SCIM user is linked anew, or they are enabled again. */
function foundAnew(runs: PersonRun[]): string[] {
  return runs
    .filter(({ user, before, after }) => !after.disabled && (user.personId !== after.id || before?.disabled))
    .map(({ after }) => after.id);
}

/** The people whom another SCIM user may now have: their user is deleted, or they gave up their e-mail. */
function releasedBy(runs: PersonRun[]): string[] {
  return runs
    .filter(({ user, before, after }) => user.deleted || (before && before.primaryEmail !== after.primaryEmail))
    .map(({ after }) => after.id);
}

async function startRuns(tx: SqlEntityManager, { account, rules, records }: Batch): Promise<UserRun[]> {
  const users = new Map<string, UserRecord>();
  for (const user of await loadUsers(
    tx,
    account.id,
    records.map(({ recordId }) => recordId),
  ))
    users.set(user.id, user);
  const revision = rules.revision;
  return records.flatMap((record) => {
    const user = users.get(record.recordId);
    // Removed for good meanwhile.
    if (!user) return [];
    return {
      ...startRun(record, revision),
      personId: user.personId,
      user,
      before: undefined,
      after: undefined,
      organizations: [],
      managers: [],
      wantedPersonId: null,
      unlinked: undefined,
    };
  });
}

function linkedIds(runs: UserRun[]): string[] {
  return runs.flatMap(({ user }) => (user.personId ? [user.personId] : []));
}

function keysOf(emails: Iterable<string | null>): string[] {
  return [...new Set(Array.from(emails).flatMap((email) => (email === null ? [] : [foldCase(email)])))];
}

/** Says what the run did, once every field is known. */
function conclude(run: PersonRun): void {
  run.changes = changesOf(run.before, run.after);
  run.organizationId = run.after.organizationId;
  const linked = run.user.personId !== run.after.id;
  run.outcome =
    run.changes.length > 0 || linked
      ? ExecutionOutcome.EXECUTION_OUTCOME_APPLIED
      : ExecutionOutcome.EXECUTION_OUTCOME_NO_CHANGE;
}
