import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { foldCase } from "../../domain/fold-case.ts";
import { markNaming } from "../../storage/dirty-records.ts";
import type { Batch } from "../batch.ts";
import { keysOf } from "../people/candidates.ts";
import { saveExecutions } from "../record-runs.ts";
import { endWithoutRules, startRun } from "../run.ts";
import type { GroupRun } from "./group-run.ts";
import { loadGroups, loadOrganizations } from "./load.ts";
import { applyToOrganization, evaluateGroup, type Organizations, unlink } from "./map-group.ts";
import { markMembers } from "./mark-members.ts";
import { renameOrganizations, saveGroupMappings } from "./write.ts";

/** Brings the organizations of a batch of SCIM groups in line with the groups and the rules. */
export async function reconcileGroups(tx: SqlEntityManager, batch: Batch): Promise<void> {
  const { account, rules, now } = batch;
  const runs = await startRuns(tx, batch);
  const live = runs.filter(({ group }) => !group.deleted);

  if ("ruleSet" in rules) {
    const linkedIds = live.flatMap(({ group }) => group.organizationId ?? []);
    const linked = new Map(
      (await loadOrganizations(tx, account.id, linkedIds, [])).map((organization) => [organization.id, organization]),
    );
    const speaking = live.filter((run) =>
      timed(run, () => evaluateGroup(run, rules.ruleSet, account, linked.get(run.group.organizationId ?? ""))),
    );
    const organizations = await concerned(tx, account.id, speaking, linkedIds);
    for (const run of linkedFirst(speaking)) timed(run, () => applyToOrganization(run, organizations));
  } else for (const run of live) endWithoutRules(run, rules.error);
  for (const run of runs) if (run.group.deleted) unlink(run);

  const renamed = runs.filter(({ renamed }) => renamed !== undefined);
  await renameOrganizations(
    tx,
    account.id,
    renamed.flatMap((run) => run.renamed ?? []),
    now,
  );
  const executions = await saveExecutions(tx, account.id, runs, now);
  await saveGroupMappings(tx, account.id, runs, executions, now);
  await markMembers(
    tx,
    account.id,
    runs.filter(({ group, organizationId }) => group.organizationId !== organizationId),
  );
  // What names an organization that only now has that name. Its groups' members are marked already.
  for (const { renamed: organization, record } of renamed)
    if (organization && !organization.disabled)
      await markNaming(tx, account.id, foldCase(organization.name), record.traceparent ?? undefined, {
        members: false,
      });
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
    return { ...run, organizationId: group.organizationId, group, candidates: [], name: undefined, renamed: undefined };
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

/** A group gives up its organization's old name before another one looks for an organization of that name. */
function linkedFirst(runs: GroupRun[]): GroupRun[] {
  const isLinked = ({ group }: GroupRun) => group.organizationId !== null;
  return [...runs.filter(isLinked), ...runs.filter((run) => !isLinked(run))];
}

function timed<T>(run: GroupRun, work: () => T): T {
  const start = performance.now();
  try {
    return work();
  } finally {
    run.micros += (performance.now() - start) * 1000;
  }
}
