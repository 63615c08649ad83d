import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ExpressionProblem } from "./check-expressions.ts";
import type { CheckedRule, RuleProblem } from "./check-rule.ts";

/** The field by whose value a person is found. */
export const KEY_FIELD = "primary_email";

/** The expressions behind the primary e-mail run before the person is known, so they may not name it. */
export function keyProblems(rule: CheckedRule): RuleProblem[] {
  const key = rule.set.find(({ name }) => name === KEY_FIELD);
  if (!key || !dependsOnPerson(key, rule.let)) return [];
  return [problem("error", "set", false, "It finds the person, so it cannot depend on person.")];
}

/** What may surprise where several rules, or none for people that are there, give the key by which a person is found. */
export function lookupProblems(rules: readonly Rule[], checked: readonly CheckedRule[]): ExpressionProblem[] {
  const enabled = [...checked.entries()].filter(([index]) => rules[index]?.disabled === false);
  const gives = (part: "set" | "onCreate") =>
    enabled.filter(([index]) => rules[index]?.[part].some(({ name }) => name === KEY_FIELD));
  const finding = gives("set");
  if (finding.length === 0)
    return gives("onCreate").map(([ruleIndex]) => ({
      ruleIndex,
      ...problem(
        "warning",
        "on_create",
        true,
        "No rule sets it in set, so nobody is found by it who is there already.",
      ),
    }));
  if (finding.length === 1) return [];
  return finding.flatMap(([ruleIndex, rule], at) => {
    const warn = (message: string) => ({ ruleIndex, ...problem("warning", "set", true, message) });
    return [
      ...(at > 0 ? [warn("An earlier rule sets it, too. The last one whose condition holds finds the person.")] : []),
      ...(rule.when && dependsOnPerson(rule.when, rule.let)
        ? [warn("The rule's condition depends on person, so it is taken for true while the person is looked for.")]
        : []),
    ];
  });
}

/** Whether an expression, or a `let` that it needs, names the person. */
export function dependsOnPerson<Expression extends NamedUses>(key: Expression, lets: readonly Expression[]): boolean {
  return expressionsBehind(key, lets).some(({ uses }) => uses.has("person"));
}

interface NamedUses {
  name: string;
  uses: ReadonlySet<string>;
}

/** An expression and those of `let` that it needs, itself last. */
export function expressionsBehind<Expression extends NamedUses>(
  key: Expression,
  lets: readonly Expression[],
): Expression[] {
  const needed = new Set(key.uses);
  const behind = lets.toReversed().filter((expression) => {
    if (!needed.has(expression.name)) return false;
    for (const name of expression.uses) needed.add(name);
    return true;
  });
  return [...behind.toReversed(), key];
}

function problem(severity: "error" | "warning", part: string, inName: boolean, message: string): RuleProblem {
  const length = inName ? KEY_FIELD.length : 0;
  return { severity, path: `${part}.${KEY_FIELD}`, inName, offset: 0, length, message, suggestion: "" };
}
