import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { candidateKey } from "../../domain/candidate-keys.ts";
import { foldCase } from "../../domain/fold-case.ts";
import { fail } from "../run.ts";
import { settleKeys } from "../settle-keys.ts";
import type { GroupRun, Renaming } from "./group-run.ts";
import type { OrganizationState } from "./load.ts";
import type { Organizations } from "./map-group.ts";

/**
 * Gives organizations the names that their groups want, all at once, so that names may
 * move along or change places. Of several groups that are linked to one organization
 * the first by id names it: if each did, there would be no end to it. `firstOf` gives
 * that group. A name that another organization keeps fails alone: the link stands.
 */
export function nameOrganizations(
  runs: GroupRun[],
  accountId: string,
  { byId, byName }: Organizations,
  firstOf: (organizationId: string) => string | undefined,
): Renaming[] {
  const wanted = runs.flatMap((run): Wish[] => {
    const organization = byId.get(run.organizationId ?? "");
    if (!organization || run.name === undefined || run.name.value === organization.name) return [];
    const naming = firstOf(organization.id);
    if (naming === undefined || naming === run.group.id) return [{ run, organization, name: run.name }];
    run.warnings.push(`SCIM group ${naming} names the organization, so it is not called "${run.name.value}".`);
    return [];
  });

  const wishes = wanted.map(({ organization, name }) => ({ id: organization.id, key: foldCase(name.value) }));
  const refused = settleKeys(wishes, (key) => byName.get(key)?.id);
  for (const { run, organization, name } of wanted) {
    const holder = refused.get(organization.id);
    if (holder === undefined) continue;
    refuse(run, accountId, name, holder);
    run.offers = organization.name;
  }

  const renamings = wanted
    .filter(({ organization }) => !refused.has(organization.id))
    .map(({ run, organization, name }) => ({
      run,
      before: organization,
      after: { ...organization, name: name.value },
    }));
  for (const { before } of renamings) byName.delete(foldCase(before.name));
  for (const { run, before, after } of renamings) {
    byName.set(foldCase(after.name), after);
    byId.set(after.id, after);
    run.changes.push({ field: "name", before: before.name, after: after.name });
    run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_APPLIED;
  }
  return renamings;
}

interface Wish {
  run: GroupRun;
  organization: OrganizationState;
  name: { value: string; rule: string };
}

function refuse(run: GroupRun, accountId: string, { value, rule }: Wish["name"], holderId: string): void {
  const { changes } = run;
  fail(run, `Organization ${holderId} already has the name "${value}".`, { rule, expression: "name" });
  run.changes = changes;
  run.keys.add(candidateKey(accountId, "taken_name", value));
}
