import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { type AttributePath, attributePaths } from "../rules/attribute-paths.ts";
import { parseExpression } from "../rules/syntax/parse-expression.ts";
import { type RulePart, valueNames } from "../rules/value-names.ts";

/** An expression behind a field's value. */
export interface UsedExpression {
  /** "set.job_title", "on_create.locale" or "let.full_name". */
  path: string;
  expression: string;
  /** The name of its value in executions. */
  valueName: string;
}

/** What gives a field its value: the field's own expression, then those of `let` that it uses, in order. */
export interface UsedExpressions {
  expressions: UsedExpression[];
  /** What they look at of the variables, each once. */
  reads: AttributePath[];
}

/** The expressions behind a field that a rule sets. Undefined: the rules have no such rule, or it does not set the field. */
export function usedExpressions(
  rules: readonly Rule[],
  ruleName: string,
  part: Exclude<RulePart, "let">,
  field: string,
): UsedExpressions | undefined {
  const enabled = rules.filter(({ disabled }) => !disabled);
  const index = enabled.findIndex(({ name }) => name === ruleName);
  const rule = enabled[index];
  const names = valueNames(enabled)[index];
  if (!rule || !names) return undefined;
  const assignments = part === "set" ? rule.set : rule.onCreate;
  const at = assignments.findIndex(({ name }) => name === field);
  const assignment = assignments[at];
  if (!assignment) return undefined;

  const used = (path: RulePart, { name, expression }: NamedExpression, valueName = name): UsedExpression => ({
    path: `${path}.${name}`,
    expression,
    valueName,
  });
  const letNames = new Set(rule.let.map(({ name }) => name));
  const own = readsOf(assignment);
  const needed = new Set(own.map(([root]) => root));
  const behind: { expression: UsedExpression; reads: AttributePath[] }[] = [];
  for (const [position, expression] of [...rule.let.entries()].toReversed()) {
    if (!needed.has(expression.name)) continue;
    const reads = readsOf(expression);
    for (const [root] of reads) needed.add(root);
    behind.unshift({ expression: used("let", expression, names.let[position]), reads });
  }
  const reads = [own, ...behind.map((each) => each.reads)].flat().filter(([root]) => !letNames.has(root ?? ""));
  return {
    expressions: [used(part, assignment, names[part][at]), ...behind.map(({ expression }) => expression)],
    reads: [...new Map(reads.map((path) => [JSON.stringify(path), path])).values()],
  };
}

/** None where the language has changed so much since that the expression can no longer be read. */
function readsOf({ expression }: NamedExpression): AttributePath[] {
  const parsed = parseExpression(expression);
  return "expr" in parsed ? attributePaths(parsed.expr) : [];
}
