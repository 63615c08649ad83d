import { type CelInput, isCelError, plan } from "@bufbuild/cel";
import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { EXPRESSION_LIMIT, parseBounded } from "./bounds.ts";
import { fromCel } from "./cel-values.ts";
import { environment } from "./environment.ts";
import { checkNames, pathOf } from "./names.ts";
import { groupFields, userFields } from "./target-fields.ts";
import { groupVariables, type Json, type JsonObject, userVariables } from "./variables.ts";

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
  /** What gives the key by which a user's person is found. Unset: no rule sets the primary e-mail. */
  lookup: { let: CompiledExpression[]; key: CompiledExpression } | undefined;
}

/** A rule that cannot be compiled or evaluated, with the place. The message is a sentence. */
export class RuleError extends Error {
  readonly rule: string;
  readonly expression: string;

  constructor(rule: string, expression: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${expression}: ${reason}.`, { cause });
    this.name = "RuleError";
    this.rule = rule;
    this.expression = expression;
  }
}

/** Parses, checks and plans the enabled rules of a rule set. Throws RuleError. */
export function compileRuleSet(kind: ScimRecordKind, revision: number, rules: Rule[]): CompiledRuleSet {
  const compiled = rules.filter(({ disabled }) => !disabled).map((rule) => compileRule(kind, rule));
  return { revision, rules: compiled, lookup: lookupOf(compiled) };
}

function compileRule(kind: ScimRecordKind, rule: Rule): CompiledRule {
  const isUser = kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
  const variables = isUser ? userVariables : groupVariables;
  const fields = isUser ? userFields : groupFields;
  const earlier = new Set<string>();

  const count = rule.let.length + rule.set.length + rule.onCreate.length;
  if (count > EXPRESSION_LIMIT)
    throw new RuleError(rule.name, "rule", `it has more than ${EXPRESSION_LIMIT} expressions`);

  const compile = (expression: NamedExpression) => {
    try {
      return compileExpression(expression, variables, earlier);
    } catch (error) {
      throw new RuleError(rule.name, expression.name, error);
    }
  };
  const assign = (expressions: NamedExpression[]) =>
    expressions.map((expression) => {
      if (!fields.has(expression.name))
        throw new RuleError(rule.name, expression.name, "there is no such field to set");
      return compile(expression);
    });

  const lets = rule.let.map((expression) => {
    if (Object.hasOwn(variables, expression.name) || earlier.has(expression.name))
      throw new RuleError(rule.name, expression.name, "the name is taken");
    const compiled = compile(expression);
    earlier.add(expression.name);
    return compiled;
  });
  return {
    name: rule.name,
    let: lets,
    when: compile({ name: "when", expression: rule.when }),
    set: assign(rule.set),
    onCreate: assign(rule.onCreate),
  };
}

function compileExpression(
  { name, expression }: NamedExpression,
  variables: JsonObject,
  earlier: ReadonlySet<string>,
): CompiledExpression {
  const expr = parseBounded(expression);
  const uses = checkNames(expr, variables, earlier);
  const path = pathOf(expr);
  if (path) return { name, uses, evaluate: ({ json }) => follow(json, path) };
  const run = plan(environment, expr);
  return {
    name,
    uses,
    evaluate({ cel }) {
      const result = run(cel);
      if (isCelError(result)) throw new Error(result.message);
      return fromCel(result);
    },
  };
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

/** The expressions that the primary e-mail needs. They run before the person is known, so they may not name it. */
function lookupOf(rules: CompiledRule[]): CompiledRuleSet["lookup"] {
  for (const rule of rules) {
    const key = rule.set.find(({ name }) => name === "primary_email");
    if (!key) continue;
    const needed = new Set(key.uses);
    const lets = rule.let.toReversed().filter((expression) => {
      if (!needed.has(expression.name)) return false;
      for (const name of expression.uses) needed.add(name);
      return true;
    });
    if (needed.has("person"))
      throw new RuleError(rule.name, key.name, "it finds the person, so it cannot depend on person");
    return { let: lets.toReversed(), key };
  }
  return undefined;
}
