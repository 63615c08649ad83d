import type { AccountState } from "../account.ts";
import { keepEnabled } from "../brake/keep-enabled.ts";
import type { CompiledRuleSet } from "../rules/compile.ts";
import { evaluateRules } from "../rules/evaluate.ts";
import { concealedNames, concealQuoted } from "../rules/secrets.ts";
import { complete, LIST_LIMIT, userVariables, type Variables } from "../rules/variables.ts";
import { endedByRules } from "../run.ts";
import { assignFields } from "./assign.ts";
import type { UserRecord } from "./load.ts";
import { type PersonState, personVariable } from "./person.ts";
import type { UserRun } from "./user-run.ts";

/** What the rules make of a SCIM user's person. */
export interface Mapped {
  run: UserRun;
  before: PersonState | undefined;
  after: PersonState;
  /** The rule that gives the primary e-mail. */
  rule: string;
}

/**
 * Runs the rules on one SCIM user and the person that was found for it. Undefined
 * where they say nothing or fail. References are left for later. Pure: nothing is
 * entered anywhere.
 */
export function mapUser(
  run: UserRun,
  ruleSet: CompiledRuleSet,
  account: AccountState,
  person: PersonState | undefined,
): Mapped | undefined {
  const concealed = concealedNames(ruleSet, account.secrets);
  const evaluation = evaluateRules(ruleSet, variablesOf(account, run.user, person), concealed);
  if (endedByRules(run, evaluation)) return undefined;
  warnOfLongLists(run);
  const after = assignFields(run, evaluation, account, person);
  if (concealed.size > 0) run.warnings = run.warnings.map(concealQuoted);
  if (!after) return undefined;
  keepEnabled(run, person, after);
  return { run, before: person, after, rule: evaluation.set.get("primary_email")?.rule ?? "" };
}

/** What the rules may name for a SCIM user. The person is unknown while it is being looked up. */
export function variablesOf(account: AccountState, user: UserRecord, person: PersonState | undefined): Variables {
  return complete(userVariables, {
    user: { ...user.attributes, id: user.id },
    groups: user.groups,
    person: personVariable(person, person !== undefined && user.personId === person.id),
    account,
    deleted: user.deleted,
  }) as Variables;
}

function warnOfLongLists({ user, warnings }: UserRun): void {
  for (const [name, value] of Object.entries(user.attributes))
    if (Array.isArray(value) && value.length > LIST_LIMIT)
      warnings.push(`${name} has ${value.length} elements; the rules see the first ${LIST_LIMIT}.`);
}
