import { status } from "@grpc/grpc-js";
import { RuleProblemSeverity } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Database } from "@rollcall/runtime/database";
import { StatusError } from "@rollcall/runtime/status";
import {
  type RuleSetContent,
  type RuleSetProblem,
  type ValidatedRuleSet,
  validateRuleSet,
  violationsOf,
} from "../reconcile/rules/validate.ts";
import { findExtensionSchemas, toExtensionSchema } from "../storage/extension-schemas.ts";

/** Checks rules against what the account has. `kind` undefined: as the file says. Problems are an answer. */
export async function examineRuleSet(
  db: Database,
  accountId: string,
  kind: ScimRecordKind | undefined,
  content: RuleSetContent,
): Promise<ValidatedRuleSet> {
  const extensionSchemas = (await findExtensionSchemas(db.em(), accountId)).map(toExtensionSchema);
  return validateRuleSet(kind, content, { extensionSchemas });
}

/** As `examineRuleSet`. Throws RULE_SET_INVALID where the rules cannot be saved. */
export async function checkRuleSet(...rules: Parameters<typeof examineRuleSet>): Promise<ValidatedRuleSet> {
  const examined = await examineRuleSet(...rules);
  const errors = examined.problems.filter(isError);
  if (errors.length > 0) throw ruleSetInvalid(errors);
  return examined;
}

function isError({ severity }: RuleSetProblem): boolean {
  return severity === RuleProblemSeverity.RULE_PROBLEM_SEVERITY_ERROR;
}

// An error travels in the trailers of a call, of which some clients take no more than 8 KiB. ValidateRuleSet says all.
const VIOLATIONS_LENGTH = 3_000;

function ruleSetInvalid(errors: RuleSetProblem[]): StatusError {
  const all = violationsOf(errors);
  let length = 0;
  const violations = all.filter(({ field, description }, index) => {
    length += field.length + description.length;
    return index === 0 || length <= VIOLATIONS_LENGTH;
  });
  const [first] = all;
  const others = all.length > 1 ? ` There are ${all.length - 1} more problems.` : "";
  const message = `The rules cannot be saved. ${first?.field}: ${first?.description}${others}`;
  return new StatusError(status.INVALID_ARGUMENT, "RULE_SET_INVALID", message, {
    violations,
    metadata: { problems: `${all.length}` },
  });
}
