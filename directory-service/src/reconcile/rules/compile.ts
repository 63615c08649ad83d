import { type CelInput, isCelError, plan } from "@bufbuild/cel";
import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { firstCharacters } from "../../domain/characters.ts";
import { type AttributePath, attributePaths } from "./attribute-paths.ts";
import { fromCel } from "./cel-values.ts";
import { type ExpressionProblem, readRules } from "./check-expressions.ts";
import { dependsOnPerson, expressionsBehind, KEY_FIELD } from "./check-lookup.ts";
import type { CheckedExpression, CheckedRule } from "./check-rule.ts";
import { environment } from "./environment.ts";
import { pathOf } from "./names.ts";
import { inPlainWords } from "./run-time-errors.ts";
import { checkSteps } from "./step-budget.ts";
import type { Json } from "./variables.ts";

// CEL's own messages may quote a value.
const REASON_LIMIT = 500;

/** The variables and the earlier expressions' values, as JSON and as CEL sees them. */
export interface Bindings {
  json: Record<string, Json>;
  cel: Record<string, CelInput>;
}

/** An expression that can be evaluated. */
export interface CompiledExpression {
  name: string;
  /** The variables and earlier expressions that it names. */
  uses: ReadonlySet<string>;
  /** What it looks at of these. */
  reads: readonly AttributePath[];
  /** Throws an Error whose message completes "<name>: …". */
  evaluate(bindings: Bindings): Json;
}

/** An enabled rule, its expressions in order. */
export interface CompiledRule {
  name: string;
  let: CompiledExpression[];
  when: CompiledExpression;
  set: CompiledExpression[];
  onCreate: CompiledExpression[];
}

/** The rules of one kind of record, as one revision has them. */
export interface CompiledRuleSet {
  revision: number;
  /** The enabled rules. */
  rules: CompiledRule[];
  /** What gives the key by which a user's person is found: of each rule that sets the primary e-mail, the last first. */
  lookup: LookupRule[];
}

/** As much of a rule as can be evaluated before the person is known. */
export interface LookupRule {
  let: CompiledExpression[];
  /** Unset: the condition depends on the person, so it may be true. */
  when: CompiledExpression | undefined;
  key: CompiledExpression;
}

/** A rule that cannot be compiled or evaluated, with the place. The message is a sentence. */
export class RuleError extends Error {
  readonly rule: string;
  readonly expression: string;

  constructor(rule: string, expression: string, cause: unknown) {
    const reason = firstCharacters(cause instanceof Error ? cause.message : String(cause), REASON_LIMIT);
    super(`${expression}: ${reason.replace(/\.$/, "")}.`, { cause });
    this.name = "RuleError";
    this.rule = rule;
    this.expression = expression;
  }
}

/** Checks and plans the enabled rules of a rule set. Throws RuleError for the first error in them. */
export function compileRuleSet(kind: ScimRecordKind, revision: number, rules: Rule[]): CompiledRuleSet {
  const enabled = rules.filter(({ disabled }) => !disabled);
  const { rules: checked, problems } = readRules(kind, enabled);
  const problem = problems.find(({ severity }) => severity === "error");
  if (problem) throw new RuleError(enabled[problem.ruleIndex]?.name ?? "", placeOf(problem), problem.message);
  const compiled = checked.map((rule, index) => compileRule(enabled[index]?.name ?? "", rule));
  return { revision, rules: compiled, lookup: lookupOf(compiled) };
}

/** What the path of a problem ends in: the name of the expression, or of what is no expression. */
function placeOf({ path }: ExpressionProblem): string {
  return path === "" ? "rule" : path.replace(/^(let|set|on_create)\./, "");
}

function compileRule(name: string, rule: CheckedRule): CompiledRule {
  const [when] = [rule.when].filter((expression) => expression !== undefined).map(compileExpression);
  if (!when) throw new RuleError(name, "when", "there is no condition");
  return {
    name,
    let: rule.let.map(compileExpression),
    when,
    set: rule.set.map(compileExpression),
    onCreate: rule.onCreate.map(compileExpression),
  };
}

function compileExpression({ name, expr, uses }: CheckedExpression): CompiledExpression {
  const path = pathOf(expr);
  const reads = attributePaths(expr);
  if (path) return { name, uses, reads, evaluate: ({ json }) => follow(json, path) };
  const run = plan(environment, expr);
  return {
    name,
    uses,
    reads,
    evaluate({ cel }) {
      const result = withoutTraces(() => run(cel));
      // CEL's || and && swallow the error of a part where another decides.
      checkSteps();
      if (isCelError(result)) throw new Error(inPlainWords(result.message));
      return fromCel(result);
    },
  };
}

/** CEL makes an Error of each value that does not fit, also where || swallows it in a loop; most of the cost is its trace. */
function withoutTraces<Value>(work: () => Value): Value {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Most expressions only name a field; that needs no CEL. The names were checked, and records are complete. */
function follow(json: Record<string, Json>, path: string[]): Json {
  let value: Json = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`no such key: ${key}`);
    const next: Json | undefined = value[key];
    if (next === undefined) throw new Error(`no such key: ${key}`);
    value = next;
  }
  return value;
}

/** A later rule's value replaces an earlier one's, so the last is asked first. */
function lookupOf(rules: CompiledRule[]): LookupRule[] {
  return rules.toReversed().flatMap((rule) => {
    const key = rule.set.find(({ name }) => name === KEY_FIELD);
    if (!key) return [];
    const when = dependsOnPerson(rule.when, rule.let) ? undefined : rule.when;
    const needed = new Set([key, when].flatMap((expression) => expression && expressionsBehind(expression, rule.let)));
    return [{ let: rule.let.filter((expression) => needed.has(expression)), when, key }];
  });
}
