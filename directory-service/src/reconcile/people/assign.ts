import { v7 } from "uuid";
import type { AccountState } from "../account.ts";
import type { Evaluation } from "../rules/evaluate.ts";
import { fail } from "../run.ts";
import { candidatesIn } from "./candidates.ts";
import { type FieldContext, FieldError } from "./field-value.ts";
import { personFields } from "./fields.ts";
import { contractField, newPerson, type PersonState } from "./person.ts";
import type { UserRun } from "./user-run.ts";

/**
 * The person with every field that the rules set; of the references the
 * candidates are noted in the run. Undefined where a field cannot take its
 * value: the run has failed then and says which.
 */
export function assignFields(
  run: UserRun,
  evaluation: Evaluation,
  account: AccountState,
  before: PersonState | undefined,
): PersonState | undefined {
  const person = before ?? newPerson(v7(), account.organizationId);
  const after: PersonState = { ...person };
  const context: FieldContext = { account, person, warnings: run.warnings };
  const assignments = before ? [...evaluation.set] : [...evaluation.set, ...evaluation.onCreate];
  for (const [name, assignment] of assignments) {
    const { rule, value } = assignment;
    try {
      if (name === "organization") run.organizations = candidatesIn(name, value);
      else if (name === "manager") run.managers = candidatesIn(name, value);
      else {
        const coerced = personFields[name]?.coerce(name, value, context);
        if (coerced === undefined) continue;
        Object.assign(after, { [personFields[name]?.key as string]: coerced });
      }
      run.sources.set(contractField(name), { rule, onCreate: evaluation.onCreate.get(name) === assignment });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      fail(run, error.message, { rule, expression: name });
      return undefined;
    }
  }
  if (after.name === "" || after.primaryEmail === "") {
    fail(run, "A new person needs a name and a primary e-mail.");
    return undefined;
  }
  return after;
}
