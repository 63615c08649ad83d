import {
  type Comparison,
  type Filter,
  ComparisonOperator as Operator,
} from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { checkFilter } from "../domain/check-filter.ts";
import { foldCase } from "../domain/fold-case.ts";
import { isRecordId } from "../domain/record-id.ts";
import { type Expression, expressionOf, type FilterKind, filterTypeOf } from "./filter-attributes.ts";

/** A condition on the row `r`. */
export interface Condition {
  text: string;
  /** From parameter `firstParameter` on. */
  values: unknown[];
}

type Parameter = (value: unknown) => string;
type Resolve = (path: string) => Expression | undefined;

/**
 * Compiles a filter to SQL. No text of the caller's becomes part of it, only
 * parameters. The condition may be null where it is not true; its
 * comparisons mean the same as domain/evaluate-filter.
 *
 * @throws StatusError FILTER_INVALID
 */
export function compileFilter(kind: FilterKind, filter: Filter, firstParameter: number): Condition {
  const resolve = (path: string) => expressionOf(kind, path);
  checkFilter(filter, (path) => filterTypeOf(resolve(path)));
  const values: unknown[] = [];
  const text = compile(filter, resolve, (value) => `$${firstParameter - 1 + values.push(value)}`);
  return { text, values };
}

function compile({ expression }: Filter, resolve: Resolve, parameter: Parameter): string {
  switch (expression?.$case) {
    case "and":
    case "or":
      return `(${expression.value.filters.map((operand) => compile(operand, resolve, parameter)).join(` ${expression.$case} `)})`;
    case "not":
      return `(${compile(expression.value, resolve, parameter)}) is not true`;
    case "element": {
      const list = resolve(expression.value.attribute);
      if (list?.type !== "list" || !expression.value.filter) return "false";
      const condition = compile(expression.value.filter, (path) => list.fields[path], parameter);
      return `exists (select from ${list.from} where ${list.where} and ${condition})`;
    }
    case "comparison": {
      const found = resolve(expression.value.attribute);
      return found ? compare(found, expression.value, parameter) : "false";
    }
    default:
      return "false";
  }
}

function compare(expression: Expression, comparison: Comparison, parameter: Parameter): string {
  const present = comparison.operator === Operator.COMPARISON_OPERATOR_PRESENT;
  switch (expression.type) {
    case "any":
      return `exists (select from ${expression.from} where ${expression.where} and ${compare(expression.value, comparison, parameter)})`;
    case "list":
      return `exists (select from ${expression.from} where ${expression.where})`;
    case "json":
      return compareJson(expression.path, comparison, parameter);
    case "complex":
      return `${expression.sql} is not null`;
  }
  if (present) return `${expression.sql} is not null`;
  const value = comparison.value?.value;
  switch (expression.type) {
    case "text":
      return compareText(expression, comparison, String(value), parameter);
    case "id":
      return compareId(expression.sql, comparison, String(value), parameter);
    case "boolean":
      return ordered(expression.sql, comparison.operator, `${parameter(value)}::boolean`);
    case "instant":
      return ordered(expression.sql, comparison.operator, `${parameter(value)}::timestamptz`);
  }
}

function compareText(
  { sql, key }: { sql: string; key?: string },
  { operator, caseExact }: Comparison,
  value: string,
  parameter: Parameter,
): string {
  const folded = key ?? foldedSql(sql);
  // The folded column narrows by its index what the exact comparison then checks.
  if (caseExact && key && operator === Operator.COMPARISON_OPERATOR_EQUAL)
    return `(${key} = ${parameter(foldCase(value))} and ${sql} = ${parameter(value)})`;
  const left = caseExact ? sql : folded;
  const right = caseExact ? value : foldCase(value);
  switch (operator) {
    case Operator.COMPARISON_OPERATOR_CONTAINS:
      return `${left} like ${parameter(`%${literal(right)}%`)}`;
    case Operator.COMPARISON_OPERATOR_STARTS_WITH:
      return `${left} like ${parameter(`${literal(right)}%`)}`;
    case Operator.COMPARISON_OPERATOR_ENDS_WITH:
      return `${left} like ${parameter(`%${literal(right)}`)}`;
    case Operator.COMPARISON_OPERATOR_EQUAL:
    case Operator.COMPARISON_OPERATOR_NOT_EQUAL:
      return ordered(left, operator, parameter(right));
    default:
      return ordered(`${left} collate "C"`, operator, parameter(right));
  }
}

/** foldCase in SQL. ICU lower-cases as JavaScript does; a database's own locale may not. */
function foldedSql(sql: string): string {
  return `(lower(normalize(${sql}) collate "und-x-icu") collate "C")`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}

/** An id is compared as a UUID where that is possible, so that its index answers. */
function compareId(sql: string, comparison: Comparison, value: string, parameter: Parameter): string {
  const { operator, caseExact } = comparison;
  const equality =
    operator === Operator.COMPARISON_OPERATOR_EQUAL || operator === Operator.COMPARISON_OPERATOR_NOT_EQUAL;
  const id = caseExact ? value : value.toLowerCase();
  if (equality && isRecordId(id)) return ordered(sql, operator, `${parameter(id)}::uuid`);
  return compareText({ sql: `${sql}::text` }, comparison, value, parameter);
}

/** Extension attributes have no schema here: a value is compared where its JSON type is that of the other side. */
function compareJson(path: readonly string[], comparison: Comparison, parameter: Parameter): string {
  const keys = path.map((key) => JSON.stringify(key)).join(".");
  const from = `jsonb_path_query(r.attributes, ${parameter(`$.${keys}[*]`)}::jsonpath) e(value)`;
  const { operator, value } = comparison;
  if (!value) return `exists (select from ${from})`;
  const condition =
    value.$case === "text"
      ? compareText({ sql: jsonValue("string", "text") }, comparison, value.value, parameter)
      : value.$case === "number"
        ? ordered(jsonValue("number", "float8"), operator, `${parameter(value.value)}::float8`)
        : ordered(jsonValue("boolean", "boolean"), operator, `${parameter(value.value)}::boolean`);
  const any = `exists (select from ${from} where ${condition})`;
  return operator === Operator.COMPARISON_OPERATOR_NOT_EQUAL ? `(${any} or not exists (select from ${from}))` : any;
}

function jsonValue(jsonType: string, sqlType: string): string {
  return `(case jsonb_typeof(e.value) when '${jsonType}' then (e.value #>> '{}')::${sqlType} end)`;
}

function ordered(left: string, operator: Operator, right: string): string {
  return `${left} ${OPERATORS[operator] ?? "="} ${right}`;
}

const OPERATORS: Partial<Record<Operator, string>> = {
  [Operator.COMPARISON_OPERATOR_EQUAL]: "=",
  [Operator.COMPARISON_OPERATOR_NOT_EQUAL]: "is distinct from",
  [Operator.COMPARISON_OPERATOR_GREATER_THAN]: ">",
  [Operator.COMPARISON_OPERATOR_GREATER_OR_EQUAL]: ">=",
  [Operator.COMPARISON_OPERATOR_LESS_THAN]: "<",
  [Operator.COMPARISON_OPERATOR_LESS_OR_EQUAL]: "<=",
};
