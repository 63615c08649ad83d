import {
  type Comparison,
  type ElementMatch,
  type Filter,
  ComparisonOperator as Operator,
} from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { checkFilter } from "../domain/check-filter.ts";
import { valueKey } from "../domain/value-keys.ts";
import { mergeAlternatives } from "./filter-alternatives.ts";
import { expressionOf, type FilterKind, filterTypeOf } from "./filter-attributes.ts";
import {
  compareParts,
  compareValue,
  equalityOf,
  isPart,
  jsonField,
  jsonValues,
  type Parameter,
} from "./filter-comparison.ts";
import type { Any, Expression, Index, List, Match } from "./filter-expression.ts";
import { indexOf, isIndexed } from "./filter-index.ts";

/** A condition on the row `r`. */
export interface Condition {
  text: string;
  /** From parameter `firstParameter` on. */
  values: unknown[];
}

/**
 * Compiles a filter to SQL. No text of the caller's becomes part of it, only
 * parameters. The condition may be null where it is not true; its
 * comparisons mean the same as domain/evaluate-filter.
 *
 * EQUAL on an attribute of a SCIM record is said so that the index of its
 * expression answers it. Where that is the one on value_keys, the keys narrow
 * what the comparison then checks, since hashes may meet.
 *
 * @throws StatusError FILTER_INVALID
 */
export function compileFilter(kind: FilterKind, filter: Filter, firstParameter: number, accountId: string): Condition {
  checkFilter(filter, (path) => filterTypeOf(expressionOf(kind, path)));
  const values: unknown[] = [];
  const parameter: Parameter = (value) => `$${firstParameter - 1 + values.push(value)}`;
  const scope = { kind, accountId, parameter, account: () => parameter(accountId) };
  const text = compile(mergeAlternatives(filter, kind), scope);
  return { text, values };
}

/**
 * The same for a filter on one element of a list, whose paths are relative to it.
 *
 * @throws StatusError FILTER_INVALID
 */
export function compileElementFilter({ fields }: List, filter: Filter, firstParameter: number): Condition {
  const fieldOf = (path: string) => (Object.hasOwn(fields, path) ? fields[path] : undefined);
  checkFilter(filter, (path) => filterTypeOf(fieldOf(path)), { inElement: true });
  const values: unknown[] = [];
  const text = compileElement(filter, fieldOf, (value) => `$${firstParameter - 1 + values.push(value)}`);
  return { text, values };
}

interface Scope {
  kind: FilterKind;
  accountId: string;
  parameter: Parameter;
  /** The parameter that is the account. */
  account(): string;
}

function compile({ expression }: Filter, scope: Scope): string {
  switch (expression?.$case) {
    case "and":
      return `(${expression.value.filters.map((operand) => compile(operand, scope)).join(" and ")})`;
    case "or": {
      const { kind, parameter } = scope;
      const compileOne = (operand: Filter) => compile(operand, scope);
      return compileAlternatives(expression.value.filters, compileOne, (path) => expressionOf(kind, path), parameter);
    }
    case "not":
      return `(${compile(expression.value, scope)}) is not true`;
    case "element":
      return matchElement(expression.value, scope);
    case "comparison":
      return compare(expressionOf(scope.kind, expression.value.attribute), expression.value, scope);
    default:
      return "false";
  }
}

type ExpressionAt = (path: string) => Expression | undefined;

/** Alternatives. Where several look for parts of one text, it is read and folded once for all of them. */
function compileAlternatives(
  filters: Filter[],
  compileOne: (filter: Filter) => string,
  expressionAt: ExpressionAt,
  parameter: Parameter,
): string {
  const byText = Map.groupBy(filters, (filter) => textOf(filter, expressionAt));
  const conditions = [...byText].flatMap(([text, alternatives]) => {
    const comparisons = alternatives.flatMap(({ expression }) =>
      expression?.$case === "comparison" ? expression.value : [],
    );
    const [first] = comparisons;
    const expression =
      text === undefined || alternatives.length === 1 ? undefined : expressionAt(first?.attribute ?? "");
    return expression ? [compareParts(expression, comparisons, parameter)] : alternatives.map(compileOne);
  });
  return `(${conditions.join(" or ")})`;
}

/** The text in which a comparison looks for a part, and by what case rule; undefined: it is another comparison. */
function textOf({ expression }: Filter, expressionAt: ExpressionAt): string | undefined {
  if (expression?.$case !== "comparison" || !isPart(expression.value)) return undefined;
  const { attribute, caseExact } = expression.value;
  const type = expressionAt(attribute)?.type;
  return type === "text" || type === "id" || type === "json" ? `${caseExact} ${attribute}` : undefined;
}

function compare(expression: Expression | undefined, comparison: Comparison, scope: Scope): string {
  const index = indexOf(expression);
  if (!expression) return "false";
  if (!index || comparison.operator !== Operator.COMPARISON_OPERATOR_EQUAL)
    return compareAlone(expression, comparison, scope);
  if (index.equal) return index.equal(equalityOf(comparison, scope));
  const hasKey = hasValueKey(index, comparison, scope);
  const compared = compareAlone(expression, comparison, scope);
  return hasKey ? `(${hasKey} and ${compared})` : compared;
}

/** Undefined where rows are not found by their value keys. */
function hasValueKey(
  { valueKey: path, exact }: Index,
  { value, caseExact }: Comparison,
  { kind, accountId, parameter }: Scope,
): string | undefined {
  if (path === undefined || !value || (exact && caseExact) || !(kind === "scim_user" || kind === "scim_group"))
    return undefined;
  const key = `array[${parameter(valueKey(kind, accountId, path, value.value))}::bigint]`;
  // Said twice, for the planner: it takes any value that is not among the most common for one that a 200th of all
  // rows have, and would rather read an account from its start. Of both together it expects a 40,000th.
  return `r.value_keys @> ${key} and r.value_keys && ${key}`;
}

/** The comparison without anything that narrows it. */
function compareAlone(expression: Expression, comparison: Comparison, { parameter, account }: Scope): string {
  switch (expression.type) {
    case "any": {
      const any = compareAny(expression, comparison, parameter, account);
      // An attribute without a value differs from every value, and so does one without elements.
      return comparison.operator === Operator.COMPARISON_OPERATOR_NOT_EQUAL
        ? `(${any} or not ${presentSql(expression)})`
        : any;
    }
    case "list":
      return presentSql(expression);
    default:
      return compareValue(expression, comparison, parameter);
  }
}

function compareAny(
  { from, where, value, field, match }: Any,
  comparison: Comparison,
  parameter: Parameter,
  account: () => string,
): string {
  if (match && field) {
    const filter: Filter = { expression: { $case: "comparison", value: { ...comparison, attribute: field } } };
    return match(filter, compileFields(parameter), account);
  }
  return `exists (select from ${from} where ${where} and ${compareValue(value, comparison, parameter)})`;
}

function presentSql({ present, from, where }: List | Any): string {
  return present ?? `exists (select from ${from} where ${where})`;
}

/** A value path: one element satisfies all of a filter. Only rows that have what it asks for are looked into. */
function matchElement({ attribute, filter }: ElementMatch, scope: Scope): string {
  const expression = expressionOf(scope.kind, attribute);
  const list = elementsOf(expression, scope);
  if (!list || !filter) return "false";
  if (expression?.type === "list" && expression.match)
    return expression.match(filter, compileFields(scope.parameter), scope.account);
  const narrowed = narrow(filter, attribute, scope);
  const condition = compileElement(filter, list.fieldOf, scope.parameter);
  const exists = `exists (select from ${list.from} where ${list.where} and ${condition})`;
  return narrowed ? `(${narrowed} and ${exists})` : exists;
}

function compileFields(parameter: Parameter): Parameters<Match>[1] {
  return (filter, fields) => compileElement(filter, (path) => fields[path], parameter);
}

interface Elements {
  from: string;
  where: string;
  fieldOf: ExpressionAt;
}

function elementsOf(list: Expression | undefined, { parameter }: Scope): Elements | undefined {
  if (list?.type === "list") {
    const { from, where, fields } = list;
    return { from, where, fieldOf: (path) => fields[path] };
  }
  if (list?.type !== "json") return undefined;
  return { from: jsonValues(list, "e", parameter), where: "true", fieldOf: jsonField };
}

function compileElement({ expression }: Filter, fieldOf: Elements["fieldOf"], parameter: Parameter): string {
  switch (expression?.$case) {
    case "and":
      return `(${expression.value.filters.map((operand) => compileElement(operand, fieldOf, parameter)).join(" and ")})`;
    case "or": {
      const compileOne = (operand: Filter) => compileElement(operand, fieldOf, parameter);
      return compileAlternatives(expression.value.filters, compileOne, fieldOf, parameter);
    }
    case "not":
      return `(${compileElement(expression.value, fieldOf, parameter)}) is not true`;
    case "comparison": {
      const field = fieldOf(expression.value.attribute);
      return field ? compareValue(field, expression.value, parameter) : "false";
    }
    default:
      return "false";
  }
}

/** What a row has to satisfy that has an element satisfying the filter, as far as indexes know; undefined: anything. */
function narrow(filter: Filter, attribute: string, scope: Scope): string | undefined {
  const { expression } = filter;
  if (!isIndexed(filter, scope.kind, attribute)) return undefined;
  switch (expression?.$case) {
    case "and":
    case "or": {
      const operands = expression.value.filters.flatMap((operand) => narrow(operand, attribute, scope) ?? []);
      return `(${operands.join(` ${expression.$case} `)})`;
    }
    case "comparison":
      return narrowByField(expression.value, attribute, scope);
    default:
      return undefined;
  }
}

function narrowByField(comparison: Comparison, attribute: string, scope: Scope): string | undefined {
  const any = expressionOf(scope.kind, `${attribute}.${comparison.attribute}`);
  const index = indexOf(any);
  if (index?.valueKey === undefined) return compare(any, comparison, scope);
  const hasKey = hasValueKey(index, comparison, scope);
  if (any?.type !== "json" || comparison.attribute !== "value") return hasKey;
  // An element that is no object is its own value.
  return `((${hasKey}) or (${hasValueKey({ ...index, valueKey: attribute }, comparison, scope)}))`;
}
