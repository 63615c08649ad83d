import type { CelInput } from "@bufbuild/cel";
import { toCel } from "./cel-values.ts";
import { type Bindings, type CompiledExpression, type CompiledRuleSet, RuleError } from "./compile.ts";
import type { Json, Variables } from "./variables.ts";

/** What a rule set says about one record. */
export interface Evaluation {
  /** Each expression's value by its name, for the execution. */
  values: Map<string, Json>;
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

/** A value for a field, and the rule that gave it. */
export interface Assignment {
  rule: string;
  value: Json;
}

/** The key by which the record's person is found, null where the rules give none. */
export function evaluateLookup(ruleSet: CompiledRuleSet, variables: Variables): string | null {
  if (!ruleSet.lookup) return null;
  const bindings = bind(variables);
  try {
    for (const expression of ruleSet.lookup.let) define(bindings, expression.name, expression.evaluate(bindings));
    const key = ruleSet.lookup.key.evaluate(bindings);
    return typeof key === "string" && key.trim() !== "" ? key.trim() : null;
  } catch {
    // The full evaluation meets the same error and reports it.
    return null;
  }
}

/** Runs the rules on one record. Pure: it reads nothing but its arguments. */
export function evaluateRules(ruleSet: CompiledRuleSet, variables: Variables): Evaluation {
  const evaluation: Evaluation = {
    values: new Map(),
    set: new Map(),
    onCreate: new Map(),
    condition: false,
    unmet: "",
    error: undefined,
  };
  const unmet: string[] = [];
  const shared = bind(variables);
  for (const rule of ruleSet.rules) {
    const bindings = { json: derive(shared.json), cel: derive(shared.cel) };
    const evaluate = (expression: CompiledExpression): Json => {
      try {
        const value = expression.evaluate(bindings);
        record(evaluation.values, rule.name, expression.name, value);
        return value;
      } catch (error) {
        throw new RuleError(rule.name, expression.name, error);
      }
    };
    try {
      for (const expression of rule.let) define(bindings, expression.name, evaluate(expression));
      const condition = evaluate(rule.when);
      if (typeof condition !== "boolean") throw new RuleError(rule.name, "when", "it gives neither true nor false");
      if (!condition) {
        unmet.push(explain(rule.name, rule.when, bindings));
        continue;
      }
      evaluation.condition = true;
      for (const expression of rule.set)
        evaluation.set.set(expression.name, { rule: rule.name, value: evaluate(expression) });
      for (const expression of rule.onCreate)
        evaluation.onCreate.set(expression.name, { rule: rule.name, value: evaluate(expression) });
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

/** Rules may use a name again; the second is shown with its rule. A field and a `let` of one name have one value. */
function record(values: Map<string, Json>, rule: string, name: string, value: Json): void {
  if (!values.has(name)) values.set(name, value);
  else if (JSON.stringify(values.get(name)) !== JSON.stringify(value)) values.set(`${rule}.${name}`, value);
}

function explain(rule: string, when: CompiledExpression, { json }: Bindings): string {
  const missing = [...when.uses].filter((name) => json[name] === null || json[name] === "");
  const because =
    missing.length > 0 ? `: ${missing.join(" and ")} ${missing.length > 1 ? "have" : "has"} no value` : "";
  return `The condition of rule "${rule}" is not met${because}.`;
}
