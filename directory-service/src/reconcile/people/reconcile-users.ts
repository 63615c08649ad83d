import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { foldCase } from "../../domain/fold-case.ts";
import type { Batch } from "../batch.ts";
import { settleBrake } from "../brake/settle-brake.ts";
import { type Settled, withinBrake } from "../brake/within-brake.ts";
import type { DirtyRecord } from "../dirty.ts";
import type { Consequences } from "../mark-concerned.ts";
import { saveExecutions } from "../record-runs.ts";
import type { CompiledRuleSet } from "../rules/compile.ts";
import { evaluateLookup } from "../rules/evaluate.ts";
import { endWithoutRules, startRun } from "../run.ts";
import { changesOf } from "./changes.ts";
import { concernsOf } from "./concerns.ts";
import { type LoadedPerson, loadPeople, loadUsers, type UserRecord } from "./load.ts";
import { variablesOf } from "./map-user.ts";
import { mapUsers } from "./map-users.ts";
import { assignReferences, type PersonRun } from "./references.ts";
import { registerOf } from "./register.ts";
import type { UserRun } from "./user-run.ts";
import { saveUserMappings, writePeople } from "./write.ts";

/** Brings the people of a batch of SCIM users in line with the users and the rules. Answers whom that concerns. */
export async function reconcileUsers(tx: SqlEntityManager, batch: Batch): Promise<Consequences> {
  const { account, now } = batch;
  const braked = await withinBrake(tx, batch, await prepareMapping(tx, batch));
  const { runs } = braked;
  const touching = runs.filter((run): run is PersonRun => run.after !== undefined);
  await assignReferences(tx, account, touching);
  for (const run of touching) conclude(run);

  await writePeople(tx, account.id, touching, now);
  await saveExecutions(tx, account.id, runs, now, batch.mode);
  const unlinked = await saveUserMappings(tx, account.id, runs, now);
  await settleBrake(tx, batch, braked);
  return concernsOf(tx, account.id, { runs, touching, restored: braked.restored, unlinked });
}

/** Loads what the users of a batch are mapped by. Answers how: pure, anew each time, but for what is settled. */
async function prepareMapping(tx: SqlEntityManager, batch: Batch): Promise<(settled: Settled) => UserRun[]> {
  const { account, rules } = batch;
  const start = await loadRuns(tx, batch);
  if (!("ruleSet" in rules))
    return () => {
      const runs = start();
      for (const run of runs) endWithoutRules(run, rules.error);
      return runs;
    };

  const { ruleSet } = rules;
  const users = start().map(({ user }) => user);
  const emails = new Map(
    users.map((user) => [user.id, evaluateLookup(ruleSet, variablesOf(account, user, undefined))]),
  );
  const lookedUp = keysOf(emails.values());
  const people = await loadPeople(tx, account.id, linkedIds(users), lookedUp);
  const map = ({ runs: ended, restored }: Settled) => {
    const register = registerOf(people.map((person) => asRestored(person, restored)));
    const runs = start().filter(({ user }) => !ended.has(user.id));
    return [...ended.values(), ...mapUsers(runs, { ruleSet, account, register, emails })];
  };
  if (givesOtherEmails(ruleSet)) {
    const given = map({ runs: new Map(), restored: new Map() }).map(({ after }) => after?.primaryEmail ?? null);
    const known = new Set([...lookedUp, ...people.map(({ primaryEmail }) => foldCase(primaryEmail))]);
    people.push(
      ...(await loadPeople(
        tx,
        account.id,
        [],
        keysOf(given).filter((key) => !known.has(key)),
      )),
    );
  }
  return map;
}

/** Whether rules may give a person another e-mail than the one by which it is found. */
function givesOtherEmails({ rules }: CompiledRuleSet): boolean {
  const givesEmail = ({ name }: { name: string }) => name === "primary_email";
  return (
    rules.filter(({ set }) => set.some(givesEmail)).length > 1 || rules.some((rule) => rule.onCreate.some(givesEmail))
  );
}

function asRestored(person: LoadedPerson, restored: Settled["restored"]): LoadedPerson {
  const origins = restored.get(person.id);
  return origins ? { ...person, disabled: false, origins } : person;
}

/** Loads the users of a batch. Answers how to start their runs. */
async function loadRuns(tx: SqlEntityManager, { account, rules, records }: Batch): Promise<() => UserRun[]> {
  const users = new Map<string, UserRecord>();
  for (const user of await loadUsers(
    tx,
    account.id,
    records.map(({ recordId }) => recordId),
  ))
    users.set(user.id, user);
  const revision = rules.revision;
  const startRunOf = (record: DirtyRecord): UserRun[] => {
    const user = users.get(record.recordId);
    // Removed for good meanwhile.
    if (!user) return [];
    const run = {
      ...startRun(record, revision),
      personId: user.personId,
      keptValues: user.keptValues,
      user,
      before: undefined,
      after: undefined,
      origins: [],
      sources: new Map(),
      stopped: undefined,
      keptEnabled: false,
      organizations: [],
      managers: [],
      keys: new Set<string>(),
      offers: undefined,
      unlinked: undefined,
    };
    return [run];
  };
  return () => records.flatMap(startRunOf);
}

function linkedIds(users: UserRecord[]): string[] {
  return users.flatMap(({ personId }) => personId ?? []);
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
