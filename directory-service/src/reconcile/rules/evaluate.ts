import type { CelInput } from "@bufbuild/cel";
import { toCel } from "./cel-values.ts";
import { type Bindings, type CompiledExpression, type CompiledRuleSet, type LookupRule, RuleError } from "./compile.ts";
import { conceal, whenName } from "./secrets.ts";
import { startSteps } from "./step-budget.ts";
import { type ValueNames, valueNames } from "./value-names.ts";
import type { Json, Variables } from "./variables.ts";

/** What a rule set says about one record. */
export interface Evaluation {
  /** Each expression's value by its name (value-names.ts), for the execution. */
  values: Map<string, Json>;
  /** What the condition of each rule gave, as far as they were evaluated. */
  conditions: RuleCondition[];
  /** Fields to set, and those to set on a new person, in rule order: a later rule's value replaces an earlier one's. */
  set: Map<string, Assignment>;
  onCreate: Map<string, Assignment>;
  /** Whether the condition of any rule holds. */
  condition: boolean;
  /** Why none holds, one sentence. Empty where one does. */
  unmet: string;
  /** The first expression that failed. Nothing may be applied then. */
  error: RuleError | undefined;
}

/** What a rule's condition gave. */
export interface RuleCondition {
  rule: string;
  met: boolean;
}

/** A value for a field, and the rule that gave it. */
export interface Assignment {
  rule: string;
  value: Json;
}

/** The key by which the record's person is found, null where the rules give none. */
export function evaluateLookup(ruleSet: CompiledRuleSet, variables: Variables): string | null {
  if (ruleSet.lookup.length === 0) return null;
  const shared = bind(variables);
  startSteps();
  for (const rule of ruleSet.lookup) {
    const key = keyOf(rule, { json: derive(shared.json), cel: derive(shared.cel) });
    if (key !== null) return key;
  }
  return null;
}

/** The key that a rule gives unless its condition is false. A condition that depends on the person may be true. */
function keyOf({ let: lets, when, key: expression }: LookupRule, bindings: Bindings): string | null {
  try {
    for (const named of lets) define(bindings, named.name, named.evaluate(bindings));
    if (when?.evaluate(bindings) === false) return null;
    const key = expression.evaluate(bindings);
    return typeof key === "string" && key.trim() !== "" ? key.trim() : null;
  } catch {
    // The full evaluation meets the same error and reports it.
    return null;
  }
}

/**
 * Runs the rules on one record. Pure: it reads nothing but its arguments. What
 * the values of `concealed` names are is not told, nor what an error says of them.
 */
export function evaluateRules(
  ruleSet: CompiledRuleSet,
  variables: Variables,
  concealed: ReadonlySet<string> = NOTHING,
): Evaluation {
  const evaluation: Evaluation = {
    values: new Map(),
    conditions: [],
    set: new Map(),
    onCreate: new Map(),
    condition: false,
    unmet: "",
    error: undefined,
  };
  const unmet: string[] = [];
  startSteps();
  const shared = bind(variables);
  const names = namesOf(ruleSet);
  for (const [index, rule] of ruleSet.rules.entries()) {
    const bindings = { json: derive(shared.json), cel: derive(shared.cel) };
    const evaluate = (expression: CompiledExpression, name?: string): Json => {
      try {
        const value = expression.evaluate(bindings);
        if (name !== undefined) evaluation.values.set(name, concealed.has(name) ? conceal(value) : value);
        return value;
      } catch (error) {
        const hidden = concealed.has(name ?? whenName(rule.name));
        throw new RuleError(rule.name, expression.name, hidden ? "it fails on a value that is not shown" : error);
      }
    };
    const { let: lets, set, on_create: onCreate } = names[index] as ValueNames;
    try {
      for (const [at, expression] of rule.let.entries())
        define(bindings, expression.name, evaluate(expression, lets[at]));
      const condition = evaluate(rule.when);
      if (typeof condition !== "boolean") throw new RuleError(rule.name, "when", "it gives neither true nor false");
      evaluation.conditions.push({ rule: rule.name, met: condition });
      if (!condition) {
        unmet.push(explain(rule.name, rule.when, bindings));
        continue;
      }
      evaluation.condition = true;
      for (const [at, expression] of rule.set.entries())
        evaluation.set.set(expression.name, { rule: rule.name, value: evaluate(expression, set[at]) });
      for (const [at, expression] of rule.onCreate.entries())
        evaluation.onCreate.set(expression.name, { rule: rule.name, value: evaluate(expression, onCreate[at]) });
    } catch (error) {
      evaluation.error = error as RuleError;
      return evaluation;
    }
  }
  if (!evaluation.condition) evaluation.unmet = unmet.join(" ") || "No rule is enabled.";
  return evaluation;
}

function bind(variables: Variables): Bindings {
  const bindings: Bindings = { json: Object.create(null), cel: Object.create(null) };
  for (const name in variables) define(bindings, name, variables[name] ?? null);
  return bindings;
}

/** A rule's own names, on top of the variables. */
function derive<Value>(from: Record<string, Value>): Record<string, Value> {
  return Object.assign(Object.create(null), from);
}

function define(bindings: Bindings, name: string, value: Json): void {
  bindings.json[name] = value;
  bindings.cel[name] = toCel(value) as CelInput;
}

const NOTHING: ReadonlySet<string> = new Set();
const namesByRuleSet = new WeakMap<CompiledRuleSet, ValueNames[]>();

function namesOf(ruleSet: CompiledRuleSet): ValueNames[] {
  const known = namesByRuleSet.get(ruleSet);
  if (known) return known;
  const names = valueNames(ruleSet.rules);
  namesByRuleSet.set(ruleSet, names);
  return names;
}

function explain(rule: string, when: CompiledExpression, { json }: Bindings): string {
  const missing = [...when.uses].filter((name) => json[name] === null || json[name] === "");
  const because =
    missing.length > 0 ? `: ${missing.join(" and ")} ${missing.length > 1 ? "have" : "has"} no value` : "";
  return `The condition of rule "${rule}" is not met${because}.`;
}
