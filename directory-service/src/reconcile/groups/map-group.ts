import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { candidateKey } from "../../domain/candidate-keys.ts";
import { foldCase } from "../../domain/fold-case.ts";
import type { AccountState } from "../account.ts";
import { type Candidate, candidatesIn } from "../people/candidates.ts";
import { FieldError, limitedText } from "../people/field-value.ts";
import type { CompiledRuleSet } from "../rules/compile.ts";
import { evaluateRules } from "../rules/evaluate.ts";
import { concealedNames } from "../rules/secrets.ts";
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
  const evaluation = evaluateRules(ruleSet, variables, concealedNames(ruleSet, account.secrets));
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

/** Links the group with the first candidate there is, or leaves its link. */
export function linkToOrganization(run: GroupRun, accountId: string, organizations: Organizations): void {
  const organizationId = firstFound(run, accountId, organizations) ?? run.group.organizationId;
  run.organizationId = organizationId;
  if (organizationId === null) run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_UNMATCHED;
  else if (organizationId !== run.group.organizationId) {
    run.changes.push({ field: "organization_id", before: run.group.organizationId, after: organizationId });
    run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_APPLIED;
  }
}

/** The enabled organization that the first candidate stands for that stands for one. Those behind it are not looked at. */
function firstFound({ candidates, keys }: GroupRun, accountId: string, organizations: Organizations) {
  for (const candidate of candidates) {
    const kind = candidate.by === "name" ? "organization_name" : "organization";
    keys.add(candidateKey(accountId, kind, candidate.value));
    const organization = organizationOf(candidate, organizations);
    if (organization) return organization.id;
  }
  return undefined;
}

/** One that a group of this batch renamed has its new name. */
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
