import type { SqlEntityManager } from "@mikro-orm/postgresql";
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
export async function assignReferences(tx: SqlEntityManager, accountId: string, runs: PersonRun[]): Promise<void> {
  const organizationOf = await lookUpOrganizations(
    tx,
    accountId,
    runs.flatMap(({ organizations }) => organizations),
  );
  for (const run of runs) assignOrganization(run, organizationOf);

  const wanted = await wantedManagers(tx, accountId, runs);
  const managers = await loadManagerChains(tx, accountId, [...new Set(wanted.values())]);
  for (const [run, managerId] of wanted) assignManager(run, managerId, managers);
}

function assignOrganization({ after, organizations, warnings }: PersonRun, organizationOf: OrganizationLookup): void {
  for (const candidate of organizations) {
    const id = organizationOf(candidate);
    if (id !== undefined) {
      after.organizationId = id;
      return;
    }
    if (candidate.by === "name") warnings.push(`No enabled organization has the name "${candidate.value}".`);
  }
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

function assignManager({ after, warnings }: PersonRun, managerId: string, managers: Map<string, string>): void {
  if (after.id === managerId) warnings.push("A person cannot be their own manager; none is set.");
  else if (makesCycle(managers, after.id, managerId))
    warnings.push(`Person ${managerId} reports to this person, so cannot be the manager; none is set.`);
  else {
    after.managerId = managerId;
    managers.set(after.id, managerId);
  }
}
