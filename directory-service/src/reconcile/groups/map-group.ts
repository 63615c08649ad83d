import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { foldCase } from "../../domain/fold-case.ts";
import type { AccountState } from "../account.ts";
import { type Candidate, candidatesIn } from "../people/candidates.ts";
import { FieldError, limitedText } from "../people/field-value.ts";
import type { CompiledRuleSet } from "../rules/compile.ts";
import { evaluateRules } from "../rules/evaluate.ts";
import { complete, groupVariables, type Variables } from "../rules/variables.ts";
import { endedByRules, fail } from "../run.ts";
import type { GroupRun } from "./group-run.ts";
import type { OrganizationState } from "./load.ts";

const NAME_LIMIT = 128;

/** Organizations as the batch has left them so far. */
export interface Organizations {
  byId: Map<string, OrganizationState>;
  byName: Map<string, OrganizationState>;
}

/** Runs the rules on one SCIM group. Answers whether they say something. */
export function evaluateGroup(
  run: GroupRun,
  ruleSet: CompiledRuleSet,
  account: AccountState,
  linked: OrganizationState | undefined,
): boolean {
  const { group } = run;
  const variables = complete(groupVariables, {
    group: { ...group.attributes, id: group.id },
    organization: linked ? { ...linked, exists: true } : {},
    account,
    deleted: group.deleted,
  }) as Variables;
  const evaluation = evaluateRules(ruleSet, variables);
  if (endedByRules(run, evaluation)) return false;
  for (const [name, { rule, value }] of evaluation.set) {
    try {
      if (name === "organization") run.candidates = candidatesIn(name, value);
      const text = name === "name" ? limitedText(name, value, NAME_LIMIT) : undefined;
      if (text !== undefined) run.name = { value: text, rule };
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      fail(run, error.message, { rule, expression: name });
      return false;
    }
  }
  return true;
}

/** Links the group with the first candidate there is, or leaves its link, and renames the organization. */
export function applyToOrganization(run: GroupRun, organizations: Organizations): void {
  const { byId, byName } = organizations;
  const found = run.candidates.map((candidate) => organizationOf(candidate, organizations)).find((one) => one);
  const organization = found ?? byId.get(run.group.organizationId ?? "");
  if (!organization) {
    run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_UNMATCHED;
    return;
  }
  const name = run.name?.value ?? organization.name;
  const holder = byName.get(foldCase(name));
  if (holder && holder.id !== organization.id) {
    const place = { rule: run.name?.rule ?? "", expression: "name" };
    fail(run, `Organization ${holder.id} already has the name "${name}".`, place);
    return;
  }

  if (organization.id !== run.group.organizationId)
    run.changes.push({ field: "organization_id", before: run.group.organizationId, after: organization.id });
  run.organizationId = organization.id;
  if (name !== organization.name) {
    run.changes.push({ field: "name", before: organization.name, after: name });
    run.renamed = { ...organization, name };
    byName.delete(foldCase(organization.name));
    byName.set(foldCase(name), run.renamed);
    byId.set(organization.id, run.renamed);
  }
  if (run.changes.length > 0) run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_APPLIED;
}

/** The enabled organization that a candidate stands for now: one that a group of this batch renamed has its new name. */
function organizationOf({ by, value }: Candidate, { byId, byName }: Organizations): OrganizationState | undefined {
  const organization = by === "name" ? byName.get(foldCase(value)) : byId.get(by === "id" ? value.toLowerCase() : "");
  return organization?.disabled ? undefined : organization;
}

/** A deleted group lets its organization go, whatever the rules say; the organization stays. */
export function unlink(run: GroupRun): void {
  run.organizationId = null;
  if (!run.group.organizationId) return;
  run.changes = [{ field: "organization_id", before: run.group.organizationId, after: null }];
  run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_APPLIED;
}
