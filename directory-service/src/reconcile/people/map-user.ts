import { v7 } from "uuid";
import type { AccountState } from "../account.ts";
import type { CompiledRuleSet } from "../rules/compile.ts";
import { evaluateRules } from "../rules/evaluate.ts";
import { complete, LIST_LIMIT, userVariables, type Variables } from "../rules/variables.ts";
import { endedByRules, fail } from "../run.ts";
import { assignFields } from "./assign.ts";
import type { UserRecord } from "./load.ts";
import { newPerson, type PersonState, personVariable } from "./person.ts";
import { enter, findPerson, holderOf, type Register } from "./register.ts";
import type { UserRun } from "./user-run.ts";

/**
 * Runs the rules on one SCIM user and enters what they make of its person in
 * the register. References are left for later. Everything here is pure, and a
 * run that fails enters nothing.
 */
export function mapUser(
  run: UserRun,
  ruleSet: CompiledRuleSet,
  account: AccountState,
  register: Register,
  email: string | null,
): void {
  const { user } = run;
  // One that was deleted before it ever had a person has nothing to disable.
  if (user.deleted && !user.personId) return;

  const { person, conflict, wantedPersonId } = findPerson(register, user, email);
  if (conflict) {
    run.wantedPersonId = wantedPersonId ?? null;
    fail(run, conflict);
    return;
  }
  const evaluation = evaluateRules(ruleSet, variablesOf(account, user, person));
  if (endedByRules(run, evaluation)) return;
  warnOfLongLists(run);

  const after = assignFields(run, evaluation, account, person, newPerson(v7(), account.organizationId));
  if (!after) return;
  const holder = holderOf(register, after);
  if (holder) {
    const place = { rule: evaluation.set.get("primary_email")?.rule ?? "", expression: "primary_email" };
    run.wantedPersonId = holder.id;
    fail(run, `Person ${holder.id} already has this primary e-mail.`, place);
    return;
  }
  run.before = person;
  run.after = after;
  run.personId = after.id;
  run.unlinked = enter(register, user, person, after).unlinked;
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
