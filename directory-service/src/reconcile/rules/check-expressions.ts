import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { RULE_LIMIT } from "./bounds.ts";
import { lookupProblems } from "./check-lookup.ts";
import { type CheckedRule, checkRule } from "./check-rule.ts";
import { excessIn } from "./check-size.ts";
import { groupFields, userFields } from "./target-fields.ts";
import { type AccountSchemas, variableTypes } from "./types/variable-types.ts";

/** Something in a rule that keeps it from running, or that probably does not do what was meant. */
export interface ExpressionProblem {
  severity: "error" | "warning";
  /** Which of the rules, from 0. -1: the rule set as a whole. */
  ruleIndex: number;
  /** The place in the rule: "let.full_name", "when", "set.job_title", "on_create.locale", "name". "": the rule as a whole. */
  path: string;
  /** Whether the name of the expression is meant, and not its source. Offset and length count in what is meant. */
  inName: boolean;
  /** Where in the source (or the name or the description), in characters, from 0. */
  offset: number;
  /** How many characters are concerned. 0: unknown. */
  length: number;
  /** One sentence. */
  message: string;
  /** What was probably meant in place of what is concerned. "": unknown. */
  suggestion: string;
}

/** What is known of the account that the rules are for. */
export interface CheckContext {
  /** The account's own. Left out: extension attributes are not checked. */
  extensionSchemas?: AccountSchemas;
}

/** The rules with their expressions as they are evaluated, as far as they can be, and what is wrong with them. */
export interface CheckedRules {
  rules: CheckedRule[];
  problems: ExpressionProblem[];
}

/** Everything that is wrong with a rule set, in the order of the rules and their parts. Disabled rules are checked, too. */
export function checkRules(kind: ScimRecordKind, rules: Rule[], context: CheckContext = {}): ExpressionProblem[] {
  return readRules(kind, rules, context).problems;
}

/** Parses and checks rules. */
export function readRules(kind: ScimRecordKind, rules: Rule[], { extensionSchemas }: CheckContext = {}): CheckedRules {
  const problems: ExpressionProblem[] = [];
  const overall = (severity: "error" | "warning", message: string) =>
    problems.push({
      severity,
      ruleIndex: -1,
      path: "",
      inName: false,
      offset: 0,
      length: 0,
      message,
      suggestion: "",
    });
  // More than that are not looked at.
  if (rules.length > RULE_LIMIT) {
    overall("error", `There are ${rules.length} rules; the limit is ${RULE_LIMIT}.`);
    return { rules: [], problems };
  }
  const excess = excessIn(rules);
  if (excess) {
    overall("error", excess);
    return { rules: [], problems };
  }
  if (rules.length === 0) overall("warning", "There is no rule, so nothing is mapped.");
  else if (rules.every(({ disabled }) => disabled)) overall("warning", "No rule is enabled, so nothing is mapped.");

  const fields = kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER ? userFields : groupFields;
  const variables = variableTypes(kind, extensionSchemas);
  const names = new Set<string>();
  const count = { error: 0, warning: 0 };
  const checked = rules.map((rule, ruleIndex) => {
    const result = checkRule(rule, { variables, fields, names, count });
    for (const problem of result.problems) problems.push({ ruleIndex, ...problem });
    names.add(rule.name);
    return result;
  });
  return { rules: checked, problems: [...problems, ...lookupProblems(rules, checked)] };
}
