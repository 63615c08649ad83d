import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { AccountState } from "../account.ts";
import { lookUpOrganizations, type OrganizationLookup } from "../organizations.ts";
import type { Candidate } from "./candidates.ts";
import { loadManagerChains, lookUpManagers, makesCycle } from "./managers.ts";
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
  assignManagers(wanted, await loadManagerChains(tx, account.id, [...new Set(wanted.values())]));
}

function assignOrganization(run: PersonRun, account: AccountState, organizationOf: OrganizationLookup): void {
  const { after, organizations, warnings, record, values } = run;
  for (const candidate of organizations) {
    const id = organizationOf(candidate);
    if (id !== undefined) {
      after.organizationId = id;
      return;
    }
    if (candidate.by === "name") warnings.push(`No enabled organization has the name "${candidate.value}".`);
  }
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
  // The people of the batch are not written yet.
  const inBatch = new Map(runs.map(({ user, after }) => [user.id, after]));
  const managerOf = (candidate: Candidate): string | undefined => {
    const person = candidate.by === "scim_user" ? inBatch.get(candidate.value.toLowerCase()) : undefined;
    if (!person) return stored(candidate);
    return person.disabled ? undefined : person.id;
  };
  const wanted = new Map<PersonRun, string>();
  for (const run of runs) {
    const [first] = run.managers;
    if (!first) continue;
    const id = run.managers.map(managerOf).find((found) => found !== undefined);
    if (id === undefined) run.warnings.push(`The manager, ${first.value}, has no enabled person; none is set.`);
    else if (id !== run.after.managerId) wanted.set(run, id);
  }
  return wanted;
}

/**
 * Sets the managers that runs want. Whether somebody would come to stand above
 * themselves is judged by what the whole batch makes of the chains, so that two
 * people may swap places. `managers` has the chains as they are stored.
 */
function assignManagers(wanted: Map<PersonRun, string>, managers: Map<string, string>): void {
  const refused = (run: PersonRun, warning: string) => {
    wanted.delete(run);
    run.warnings.push(`${warning}; none is set.`);
  };
  for (const [run, managerId] of wanted)
    if (run.after.id === managerId) refused(run, "A person cannot be their own manager");
    else managers.set(run.after.id, managerId);

  // The last to close a circle gives way. Its stored manager may close another one, so look again.
  for (;;) {
    const closing = [...wanted].findLast(([{ after }, managerId]) => makesCycle(managers, after.id, managerId));
    if (!closing) break;
    const [run, managerId] = closing;
    refused(run, `Person ${managerId} reports to this person, so cannot be the manager`);
    if (run.after.managerId) managers.set(run.after.id, run.after.managerId);
    else managers.delete(run.after.id);
  }
  for (const [{ after }, managerId] of wanted) after.managerId = managerId;
}
