import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { candidateKey } from "../../domain/candidate-keys.ts";
import type { AccountState } from "../account.ts";
import { lookUpOrganizations, type OrganizationLookup } from "../organizations.ts";
import type { Candidate } from "./candidates.ts";
import { chainUpTo, loadManagerChains, lookUpManagers, makesCycle } from "./managers.ts";
import type { PersonState } from "./person.ts";
import type { UserRun } from "./user-run.ts";

/** A run that touches a person. */
export type PersonRun = UserRun & { after: PersonState };

/**
 * Sets organization and manager of every person of the batch, each kind of
 * candidate looked up with one statement. Where no candidate resolves the
 * person keeps what it has.
 */
export async function assignReferences(tx: SqlEntityManager, account: AccountState, runs: PersonRun[]): Promise<void> {
  const organizationOf = await lookUpOrganizations(
    tx,
    account.id,
    runs.flatMap(({ organizations }) => organizations),
  );
  for (const run of runs) assignOrganization(run, account, organizationOf);

  const wanted = await wantedManagers(tx, account.id, runs);
  assignManagers(account.id, wanted, await loadManagerChains(tx, account.id, [...new Set(wanted.values())]));
}

function assignOrganization(run: PersonRun, account: AccountState, organizationOf: OrganizationLookup): void {
  const { after, organizations, warnings, record, values, sources, keys } = run;
  for (const candidate of organizations) {
    // Those behind the one that is found are not looked at.
    const kind = candidate.by === "name" ? "organization_name" : "organization";
    keys.add(candidateKey(account.id, kind, candidate.value));
    const id = organizationOf(candidate);
    if (id !== undefined) {
      after.organizationId = id;
      return;
    }
    if (candidate.by === "name") warnings.push(`No enabled organization has the name "${candidate.value}".`);
  }
  // What it keeps, or has as a new person, is not the rule's.
  sources.delete("organization_id");
  const left = record.causes.includes("member_removed") && values.has("organization");
  if (left && !after.disabled && after.organizationId !== account.organizationId)
    warnings.push("The user has left a group and has no other organization; the present one is kept.");
}

/** Whom each run would make the manager, where that is a change. */
async function wantedManagers(
  tx: SqlEntityManager,
  accountId: string,
  runs: PersonRun[],
): Promise<Map<PersonRun, string>> {
  const stored = await lookUpManagers(
    tx,
    accountId,
    runs.flatMap(({ managers }) => managers),
  );
  const inBatch = managersOf(runs);
  const managerOf = ({ by, value }: Candidate): string | undefined => {
    const key = `${by} ${value.toLowerCase()}`;
    return inBatch.has(key) ? inBatch.get(key) : stored({ by, value });
  };
  const wanted = new Map<PersonRun, string>();
  for (const run of runs) {
    const [first] = run.managers;
    if (!first) continue;
    const id = run.managers.reduce<string | undefined>((found, candidate) => {
      if (found !== undefined) return found;
      run.keys.add(candidateKey(accountId, candidate.by === "id" ? "person" : "scim_user", candidate.value));
      return managerOf(candidate);
    }, undefined);
    if (id === undefined) run.warnings.push(`The manager, ${first.value}, has no enabled person; none is set.`);
    else if (id !== run.after.managerId) wanted.set(run, id);
  }
  return wanted;
}

/** Whom the candidates of managers stand for that this batch decides on. Its people are not written yet. */
function managersOf(runs: PersonRun[]): Map<string, string | undefined> {
  const managers = new Map<string, string | undefined>();
  for (const { user, after, unlinked } of runs) {
    const id = after.disabled ? undefined : after.id;
    if (unlinked !== undefined) managers.set(`scim_user ${unlinked}`, undefined);
    managers.set(`scim_user ${user.id}`, id).set(`id ${after.id}`, id);
  }
  return managers;
}

/**
 * Sets the managers that runs want. Whether somebody would come to stand above
 * themselves is judged by what the whole batch makes of the chains, so that two
 * people may swap places. `managers` has the chains as they are stored.
 */
function assignManagers(accountId: string, wanted: Map<PersonRun, string>, managers: Map<string, string>): void {
  for (const [run, managerId] of wanted)
    if (run.after.id === managerId) {
      wanted.delete(run);
      run.warnings.push("A person cannot be their own manager; none is set.");
    } else managers.set(run.after.id, managerId);

  // The last to close a circle gives way. Its stored manager may close another one, so look again.
  const refused = new Map<PersonRun, string>();
  for (;;) {
    const closing = [...wanted].findLast(([{ after }, managerId]) => makesCycle(managers, after.id, managerId));
    if (!closing) break;
    const [run, managerId] = closing;
    wanted.delete(run);
    refused.set(run, managerId);
    if (run.after.managerId) managers.set(run.after.id, run.after.managerId);
    else managers.delete(run.after.id);
  }
  // One that gave way to another that had to do so as well may be right after all.
  for (;;) {
    const free = [...refused].find(([{ after }, managerId]) => !makesCycle(managers, after.id, managerId));
    if (!free) break;
    const [run, managerId] = free;
    refused.delete(run);
    wanted.set(run, managerId);
    managers.set(run.after.id, managerId);
  }
  for (const [run, managerId] of refused) {
    run.warnings.push(`Person ${managerId} reports to this person, so cannot be the manager; none is set.`);
    for (const id of chainUpTo(managers, managerId, run.after.id))
      run.keys.add(candidateKey(accountId, "manager_of", id));
  }
  for (const [{ after }, managerId] of wanted) after.managerId = managerId;
}
