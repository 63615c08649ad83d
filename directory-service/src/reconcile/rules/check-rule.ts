import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { charactersIn } from "../../domain/characters.ts";
import { DESCRIPTION_LIMIT, EXPRESSION_LIMIT, type Expr, NAME_LIMIT } from "./bounds.ts";
import type { ExpressionProblem } from "./check-expressions.ts";
import { keyProblems } from "./check-lookup.ts";
import { letNameProblem, targetProblem } from "./check-names.ts";
import { parseExpression } from "./syntax/parse-expression.ts";
import type { TargetField } from "./target-fields.ts";
import type { Finding } from "./types/finding.ts";
import { infer } from "./types/infer.ts";
import { resultFindings } from "./types/result.ts";
import { rewrite } from "./types/rewrite.ts";
import { FLAG, type Type, UNKNOWN } from "./types/type.ts";

/** A problem, but for the rule that has it. */
export type RuleProblem = Omit<ExpressionProblem, "ruleIndex">;

/** An expression without errors, as it is evaluated. */
export interface CheckedExpression {
  name: string;
  expr: Expr;
  /** The variables and the earlier expressions that it uses. */
  uses: ReadonlySet<string>;
}

/** A rule's expressions, in order and as far as they are without errors. */
export interface CheckedRule {
  let: CheckedExpression[];
  when: CheckedExpression | undefined;
  set: CheckedExpression[];
  onCreate: CheckedExpression[];
  problems: RuleProblem[];
}

/** What a rule is checked against. */
export interface RuleContext {
  variables: ReadonlyMap<string, Type>;
  fields: ReadonlyMap<string, TargetField>;
  /** Of the rules before it. */
  names: ReadonlySet<string>;
  /** What has been found in the rule set so far. */
  count: Record<Finding["severity"], number>;
}

/** Errors after which a rule set is not looked at any further; and warnings that are kept. */
const FINDINGS_LIMIT = 200;

/** Checks a rule, all of it at once. */
export function checkRule(rule: Rule, { variables, fields, names, count }: RuleContext): CheckedRule {
  const checked: CheckedRule = { let: [], when: undefined, set: [], onCreate: [], problems: [] };
  const report = (path: string, inName: boolean, finding: Finding) => {
    if (count[finding.severity]++ < FINDINGS_LIMIT) checked.problems.push({ path, inName, ...finding });
  };
  const isFull = () => count.error >= FINDINGS_LIMIT;
  const complain = (path: string, text: string, message: string) =>
    report(path, false, { severity: "error", offset: 0, length: charactersIn(text), message, suggestion: "" });

  if (rule.name.trim() === "") complain("name", "", "A rule needs a name.");
  if (names.has(rule.name)) complain("name", rule.name, "Another rule has this name.");
  if (charactersIn(rule.name) > NAME_LIMIT)
    complain("name", rule.name, `The name has more than ${NAME_LIMIT} characters.`);
  if (charactersIn(rule.description) > DESCRIPTION_LIMIT)
    complain("description", rule.description, `The description has more than ${DESCRIPTION_LIMIT} characters.`);
  const expressionCount = rule.let.length + rule.set.length + rule.onCreate.length;
  if (expressionCount > EXPRESSION_LIMIT) {
    complain("", "", `It has ${expressionCount} expressions; the limit is ${EXPRESSION_LIMIT}.`);
    return checked;
  }

  const known = new Map(variables);
  const later = new Set(rule.let.map(({ name }) => name));
  const used = new Set<string>();
  let stopped = false;
  const read = (path: string, { name, expression }: NamedExpression, wanted?: TargetField) => {
    const result = readExpression(name, expression, { names: known, later }, wanted);
    for (const use of result.uses) used.add(use);
    stopped ||= result.stopped;
    for (const finding of result.findings) report(path, false, inCharacters(expression, finding));
    return result;
  };

  for (const expression of rule.let) {
    if (isFull()) return checked;
    const { name } = expression;
    const path = `let.${name}`;
    const problem = letNameProblem(name, known);
    if (problem) report(path, true, problem);
    const result = read(path, expression);
    later.delete(name);
    if (!variables.has(name)) known.set(name, result.type);
    if (result.checked) checked.let.push(result.checked);
  }
  const when = read("when", { name: "when", expression: rule.when }, { type: FLAG, takes: "true or false" });
  checked.when = when.checked;
  for (const [part, expressions, into] of [
    ["set", rule.set, checked.set],
    ["on_create", rule.onCreate, checked.onCreate],
  ] as const) {
    const seen = new Set<string>();
    for (const expression of expressions) {
      if (isFull()) return checked;
      const path = `${part}.${expression.name}`;
      const problem = targetProblem(expression.name, fields, seen);
      if (problem) report(path, true, problem);
      seen.add(expression.name);
      const result = read(path, expression, fields.get(expression.name));
      if (result.checked) into.push(result.checked);
    }
  }
  for (const { name } of rule.let)
    if (!used.has(name) && !stopped)
      report(`let.${name}`, true, {
        severity: "warning",
        offset: 0,
        length: charactersIn(name),
        message: `${name} is not used.`,
        suggestion: "",
      });
  checked.problems.push(...keyProblems(checked));
  return checked;
}

function readExpression(
  name: string,
  source: string,
  scope: Parameters<typeof infer>[1],
  wanted: TargetField | undefined,
): ReadExpression {
  const parsed = parseExpression(source);
  if ("message" in parsed)
    return { type: UNKNOWN, uses: new Set(), findings: [{ severity: "error", ...parsed }], stopped: false };
  const { type, findings, uses, types, stopped } = infer(parsed, scope);
  const isError = ({ severity }: Finding) => severity === "error";
  const ofResult = wanted ? resultFindings(parsed, type, types, wanted) : [];
  // What an expression with errors gives is not known, which is no reason to warn.
  const all = [...findings, ...(findings.some(isError) ? ofResult.filter(isError) : ofResult)];
  if (all.some(isError)) return { type, uses, findings: all, stopped };
  return { checked: { name, expr: rewrite(parsed.expr, types), uses }, type, uses, findings: all, stopped };
}

interface ReadExpression {
  checked?: CheckedExpression;
  type: Type;
  uses: ReadonlySet<string>;
  findings: readonly Finding[];
  stopped: boolean;
}

/** A finding with its place in characters: what people and other languages count. */
function inCharacters(source: string, finding: Finding): Finding {
  const { offset, length } = finding;
  return {
    ...finding,
    offset: charactersIn(source.slice(0, offset)),
    length: charactersIn(source.slice(offset, offset + length)),
  };
}
