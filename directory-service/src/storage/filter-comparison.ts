import { type Comparison, ComparisonOperator as Operator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { foldCase } from "../domain/fold-case.ts";
import { isRecordId } from "../domain/record-id.ts";
import type { Equality, Expression } from "./filter-expression.ts";

/** Takes a value and answers what stands for it in the text. */
export type Parameter = (value: unknown) => string;

/** A comparison with a single value, or with any that a JSON path leads to. */
export function compareValue(expression: Expression, comparison: Comparison, parameter: Parameter): string {
  if (expression.type === "json") return compareJson(expression, comparison, parameter);
  if (expression.type === "list" || expression.type === "any") return "false";
  const { operator, value } = comparison;
  if (operator === Operator.COMPARISON_OPERATOR_PRESENT || !value) return `${expression.sql} is not null`;
  switch (expression.type) {
    case "text":
      return compareText(expression, comparison, String(value.value), parameter);
    case "id":
      return compareId(expression.sql, comparison, String(value.value), parameter);
    case "number":
      return compareCount(expression.sql, operator, Number(value.value), parameter);
    case "boolean":
      return ordered(expression.sql, operator, `${parameter(value.value)}::boolean`);
    case "instant":
      return ordered(expression.sql, operator, `${parameter(value.value)}::timestamptz`);
    case "complex":
      return `${expression.sql} is not null`;
  }
}

/** The right side of EQUAL on a text. */
export function equalityOf(
  { value, caseExact }: Comparison,
  { parameter, account }: { parameter: Parameter; account(): string },
): Equality {
  const text = String(value?.value);
  return {
    is: (constant) => (caseExact ? text === constant : foldCase(text) === foldCase(constant)),
    matches: (key, sql) => equalText(sql, key, text, caseExact, parameter),
    account,
  };
}

/** Whether a comparison looks for a part of a text. */
export function isPart({ operator }: Comparison): boolean {
  return PATTERNS[operator] !== undefined;
}

/** Alternatives that look for parts of one text, all by the same case rule. */
export function compareParts(expression: Expression, comparisons: Comparison[], parameter: Parameter): string {
  if (expression.type === "json")
    return `exists (select from ${jsonValues(expression, "v", parameter)} where ${likeAny({ sql: jsonValue("string", "text") }, comparisons, parameter)})`;
  if (expression.type === "text") return likeAny(expression, comparisons, parameter);
  return expression.type === "id" ? likeAny({ sql: `${expression.sql}::text` }, comparisons, parameter) : "false";
}

type Text = { sql: string; key?: string };

function likeAny({ sql, key }: Text, comparisons: Comparison[], parameter: Parameter): string {
  const isExact = comparisons.every(({ caseExact }) => caseExact);
  const patterns = comparisons.map((comparison) => {
    const text = String(comparison.value?.value);
    return PATTERNS[comparison.operator]?.(literal(isExact ? text : foldCase(text)));
  });
  return `${isExact ? sql : (key ?? foldedSql(sql))} like any (${parameter(patterns)}::text[])`;
}

function compareText({ sql, key }: Text, comparison: Comparison, value: string, parameter: Parameter): string {
  const { operator, caseExact } = comparison;
  if (key && operator === Operator.COMPARISON_OPERATOR_EQUAL) return equalText(sql, key, value, caseExact, parameter);
  const left = caseExact ? sql : (key ?? foldedSql(sql));
  const right = caseExact ? value : foldCase(value);
  const pattern = PATTERNS[operator]?.(literal(right));
  if (pattern !== undefined) return `${left} like ${parameter(pattern)}`;
  switch (operator) {
    case Operator.COMPARISON_OPERATOR_EQUAL:
    case Operator.COMPARISON_OPERATOR_NOT_EQUAL:
      return ordered(left, operator, parameter(right));
    default:
      return ordered(`${left} collate "C"`, operator, parameter(right));
  }
}

/** The folded column narrows by its index what the exact comparison then checks. */
function equalText(sql: string, key: string, value: string, caseExact: boolean, parameter: Parameter): string {
  const folded = `${key} = ${parameter(foldCase(value))}`;
  return caseExact ? `(${folded} and ${sql} = ${parameter(value)})` : folded;
}

/**
 * foldCase in SQL. ICU lower-cases as JavaScript does; a database's own locale
 * may not. What has as many bytes as characters is ASCII, which is folded in a
 * fraction of the time even though `sql` is read more than once.
 */
export function foldedSql(sql: string): string {
  return `(case when octet_length(${sql}) = char_length(${sql}) then lower(${sql} collate "C") collate "C"
    else lower(normalize(${sql}) collate "und-x-icu") collate "C" end)`;
}

/** LIKE's patterns for what has a part. */
const PATTERNS: Partial<Record<Operator, (part: string) => string>> = {
  [Operator.COMPARISON_OPERATOR_CONTAINS]: (part) => `%${part}%`,
  [Operator.COMPARISON_OPERATOR_STARTS_WITH]: (part) => `${part}%`,
  [Operator.COMPARISON_OPERATOR_ENDS_WITH]: (part) => `%${part}`,
};

function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}

/** An id equals as a UUID, so that its index answers; what is no id equals none. */
function compareId(sql: string, comparison: Comparison, value: string, parameter: Parameter): string {
  const { operator, caseExact } = comparison;
  const id = caseExact ? value : value.toLowerCase();
  if (operator === Operator.COMPARISON_OPERATOR_EQUAL)
    return isRecordId(id) ? `${sql} = ${parameter(id)}::uuid` : "false";
  return compareText({ sql: `${sql}::text` }, comparison, value, parameter);
}

/** A bigint is compared as such, so that its index answers; a number that none can be equals none. */
function compareCount(sql: string, operator: Operator, value: number, parameter: Parameter): string {
  if (Number.isSafeInteger(value)) return ordered(sql, operator, `${parameter(value)}::bigint`);
  return operator === Operator.COMPARISON_OPERATOR_EQUAL
    ? "false"
    : ordered(sql, operator, `${parameter(value)}::float8`);
}

/** Extension attributes have no schema here: a value is compared where its JSON type is that of the other side. */
function compareJson(json: Expression & { type: "json" }, comparison: Comparison, parameter: Parameter): string {
  const from = jsonValues(json, "v", parameter);
  const { operator, value } = comparison;
  if (!value) return `exists (select from ${from})`;
  const any = `exists (select from ${from} where ${compareJsonValue(comparison, value, parameter)})`;
  return operator === Operator.COMPARISON_OPERATOR_NOT_EQUAL ? `(${any} or not exists (select from ${from}))` : any;
}

function compareJsonValue(
  comparison: Comparison,
  value: NonNullable<Comparison["value"]>,
  parameter: Parameter,
): string {
  const { operator } = comparison;
  switch (value.$case) {
    case "text":
      return compareText({ sql: jsonValue("string", "text") }, comparison, value.value, parameter);
    case "number":
      return ordered(jsonValue("number", "float8"), operator, `${parameter(value.value)}::float8`);
    case "boolean":
      return ordered(jsonValue("boolean", "boolean"), operator, `${parameter(value.value)}::boolean`);
    case "instant":
      return ordered(
        `scim_instant(${jsonValue("string", "text")})`,
        operator,
        `${parameter(value.value)}::timestamptz`,
      );
  }
}

function jsonValue(jsonType: string, sqlType: string): string {
  return `(case jsonb_typeof(v.value) when '${jsonType}' then (v.value #>> '{}')::${sqlType} end)`;
}

/** The values that a JSON path leads to, as rows of one column `value`. */
export function jsonValues(
  { from, path }: { from: string; path: readonly string[] },
  alias: string,
  parameter: Parameter,
): string {
  const keys = path.map((key) => JSON.stringify(key)).join(".");
  return `jsonb_path_query(${from}, ${parameter(`$.${keys}[*]`)}::jsonpath) ${alias}(value)`;
}

/** What a path leads to in the element `e` of an extension attribute. One that is no object is its own `value`. */
export function jsonField(path: string): Expression {
  const from =
    path === "value"
      ? "(case when jsonb_typeof(e.value) in ('object', 'array') then e.value else jsonb_build_object('value', e.value) end)"
      : "e.value";
  return { type: "json", from, path: path.split(".") };
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
