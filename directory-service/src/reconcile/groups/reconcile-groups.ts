import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { foldCase } from "../../domain/fold-case.ts";
import type { Batch } from "../batch.ts";
import type { Consequences } from "../mark-concerned.ts";
import { keysOf } from "../people/candidates.ts";
import { saveExecutions } from "../record-runs.ts";
import { endWithoutRules, startRun } from "../run.ts";
import { concernsOf } from "./concerns.ts";
import type { GroupRun, Renaming } from "./group-run.ts";
import { loadFirstGroups, loadGroups, loadOrganizations } from "./load.ts";
import { evaluateGroup, linkToOrganization, type Organizations, unlink } from "./map-group.ts";
import { nameOrganizations } from "./name-organizations.ts";
import { renameOrganizations, saveGroupMappings } from "./write.ts";

/** Brings the organizations of a batch of SCIM groups in line with the groups and the rules. Answers whom that concerns. */
export async function reconcileGroups(tx: SqlEntityManager, batch: Batch): Promise<Consequences> {
  const { account, rules, now } = batch;
  const runs = await startRuns(tx, batch);
  const live = runs.filter(({ group }) => !group.deleted);
  for (const run of runs) if (run.group.deleted) unlink(run);

  // A group gives up its organization's old name before another one looks for an organization of that name.
  const linked = live.filter(({ group }) => group.organizationId !== null);
  const unlinked = live.filter(({ group }) => group.organizationId === null);
  const renamings: Renaming[][] = [];
  if ("ruleSet" in rules) {
    const linkedIds = linked.flatMap(({ group }) => group.organizationId ?? []);
    const stored = await loadOrganizations(tx, account.id, linkedIds, []);
    const byId = new Map(stored.map((organization) => [organization.id, organization]));
    const speaking = new Set(
      live.filter((run) =>
        timed(run, () => evaluateGroup(run, rules.ruleSet, account, byId.get(run.group.organizationId ?? ""))),
      ),
    );
    const organizations = await concerned(tx, account.id, [...speaking], linkedIds);
    for (const phase of [linked, unlinked]) {
      const mapped = phase.filter((run) => speaking.has(run));
      for (const run of mapped) timed(run, () => linkToOrganization(run, account.id, organizations));
      const firstOf = await firstGroups(tx, account.id, mapped, runs);
      renamings.push(nameOrganizations(mapped, account.id, organizations, firstOf));
    }
  } else for (const run of live) endWithoutRules(run, rules.error);

  await renameOrganizations(tx, account.id, renamings.flat(), now);
  await saveExecutions(tx, account.id, runs, now, batch.mode);
  await saveGroupMappings(tx, account.id, runs, now);
  return concernsOf(tx, account.id, { runs, unlinked, renamings });
}

async function startRuns(tx: SqlEntityManager, { account, rules, records }: Batch): Promise<GroupRun[]> {
  const loaded = await loadGroups(
    tx,
    account.id,
    records.map(({ recordId }) => recordId),
  );
  const groups = new Map(loaded.map((group) => [group.id, group]));
  const revision = rules.revision;
  return records.flatMap((record) => {
    const group = groups.get(record.recordId);
    // Removed for good meanwhile.
    if (!group) return [];
    const run = startRun(record, revision);
    const { organizationId } = group;
    return {
      ...run,
      organizationId,
      group,
      candidates: [],
      name: undefined,
      keys: new Set<string>(),
      offers: undefined,
    };
  });
}

/** The organizations that runs may link or rename, and those that have the names already. */
async function concerned(
  tx: SqlEntityManager,
  accountId: string,
  runs: GroupRun[],
  linkedIds: string[],
): Promise<Organizations> {
  const candidates = runs.flatMap((run) => run.candidates);
  const names = runs.flatMap(({ name }) => name?.value ?? []);
  const keys = [...names, ...keysOf(candidates, "name")].map(foldCase);
  const found = await loadOrganizations(tx, accountId, [...linkedIds, ...keysOf(candidates, "id")], [...new Set(keys)]);
  return {
    byId: new Map(found.map((organization) => [organization.id, organization])),
    byName: new Map(found.map((organization) => [foldCase(organization.name), organization])),
  };
}

/** Gives the first by id of all groups that are linked to an organization, as the batch has left them so far. */
async function firstGroups(
  tx: SqlEntityManager,
  accountId: string,
  naming: GroupRun[],
  batch: GroupRun[],
): Promise<(organizationId: string) => string | undefined> {
  const organizationIds = naming.flatMap(({ name, organizationId }) => (name && organizationId) || []);
  const ids = batch.map(({ group }) => group.id);
  const first = await loadFirstGroups(tx, accountId, organizationIds, ids);
  for (const { group, organizationId } of batch) {
    const other = organizationId === null ? undefined : first.get(organizationId);
    if (organizationId !== null && (other === undefined || group.id < other)) first.set(organizationId, group.id);
  }
  return (organizationId) => first.get(organizationId);
}

function timed<T>(run: GroupRun, work: () => T): T {
  const start = performance.now();
  try {
    return work();
  } finally {
    run.micros += (performance.now() - start) * 1000;
  }
}
