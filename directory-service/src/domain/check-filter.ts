import { status } from "@grpc/grpc-js";
import { type Comparison, ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { StatusError } from "@rollcall/runtime/status";
import { isReserved, type ValueType } from "./attributes.ts";

/** What a filter may do with an attribute: compare it, ask for its presence, or look into its elements. */
export type FilterType = ValueType | "number" | "complex" | { list: (path: string) => FilterType | undefined };

type TypeOf = (path: string) => FilterType | undefined;

const MAX_DEPTH = 16;
const MAX_NODES = 100;

/**
 * Throws INVALID_ARGUMENT (FILTER_INVALID) unless the filter is within bounds,
 * names only attributes that `typeOf` knows, and compares each with an operator
 * and a value of its type. What passes can be compiled and evaluated blindly.
 * `inElement`: the filter is on an element already, which has no elements.
 */
export function checkFilter(filter: Filter, typeOf: TypeOf, { inElement = false } = {}): void {
  let nodes = 0;
  const check = (node: Filter, depth: number, typeOf: TypeOf, inElement: boolean): void => {
    nodes += 1;
    if (nodes > MAX_NODES) throw filterInvalid(`A filter has at most ${MAX_NODES} expressions.`);
    if (depth > MAX_DEPTH) throw filterInvalid(`A filter is at most ${MAX_DEPTH} levels deep.`);
    const { expression } = node;
    switch (expression?.$case) {
      case "and":
      case "or":
        if (expression.value.filters.length === 0) throw filterInvalid(`"${expression.$case}" has no operands.`);
        for (const operand of expression.value.filters) check(operand, depth + 1, typeOf, inElement);
        return;
      case "not":
        check(expression.value, depth + 1, typeOf, inElement);
        return;
      case "comparison":
        checkComparison(expression.value, typeOf(expression.value.attribute));
        return;
      case "element": {
        const type = typeOf(expression.value.attribute);
        const elements = type === "json" ? jsonType : typeof type === "object" ? type.list : undefined;
        if (!elements || inElement || !expression.value.filter)
          throw filterInvalid(`"${expression.value.attribute}" is no list whose elements can be filtered.`);
        check(expression.value.filter, depth + 1, elements, true);
        return;
      }
      default:
        throw filterInvalid("A filter's expression is missing.");
    }
  };
  check(filter, 1, typeOf, inElement);
}

/** The type of what a path leads to in an element of an extension attribute. */
export function jsonType(path: string): FilterType | undefined {
  return path.split(".").some(isReserved) ? undefined : "json";
}

/** The error of a filter that this service does not evaluate. */
export function filterInvalid(message: string): StatusError {
  return new StatusError(status.INVALID_ARGUMENT, "FILTER_INVALID", message);
}

function checkComparison({ attribute, operator, value }: Comparison, type: FilterType | undefined): void {
  if (type === undefined) throw filterInvalid(`"${attribute}" cannot be filtered by.`);
  if (operator === ComparisonOperator.COMPARISON_OPERATOR_PRESENT) {
    if (value) throw filterInvalid(`The presence of "${attribute}" is asked for with a value.`);
    return;
  }
  if (typeof type === "object" || type === "complex")
    throw filterInvalid(`"${attribute}" has sub-attributes; compare one of those.`);
  if (!value) throw filterInvalid(`"${attribute}" is compared with nothing.`);
  const allowed = type === "json" ? JSON_VALUES.has(value.$case) : value.$case === type;
  if (!allowed) throw filterInvalid(`"${attribute}" cannot be compared with a value of this type.`);
  if (!OPERATORS[value.$case].has(operator)) throw filterInvalid(`"${attribute}" cannot be compared in this way.`);
  if (value.$case === "text" && value.value.includes("\u0000"))
    throw filterInvalid(`"${attribute}" is compared with text that no value can be: it contains U+0000.`);
  if (value.$case === "number" && !Number.isFinite(value.value))
    throw filterInvalid(`"${attribute}" is compared with what is no number.`);
  if (value.$case === "instant" && !isTimestamp(value.value))
    throw filterInvalid(`"${attribute}" is compared with a time outside the years 1 to 9999.`);
}

const JSON_VALUES = new Set(["text", "boolean", "number", "instant"]);

const EQUALITY = [
  ComparisonOperator.COMPARISON_OPERATOR_EQUAL,
  ComparisonOperator.COMPARISON_OPERATOR_NOT_EQUAL,
] as const;
const ORDER = [
  ComparisonOperator.COMPARISON_OPERATOR_GREATER_THAN,
  ComparisonOperator.COMPARISON_OPERATOR_GREATER_OR_EQUAL,
  ComparisonOperator.COMPARISON_OPERATOR_LESS_THAN,
  ComparisonOperator.COMPARISON_OPERATOR_LESS_OR_EQUAL,
] as const;
const PARTS = [
  ComparisonOperator.COMPARISON_OPERATOR_CONTAINS,
  ComparisonOperator.COMPARISON_OPERATOR_STARTS_WITH,
  ComparisonOperator.COMPARISON_OPERATOR_ENDS_WITH,
] as const;

const OPERATORS: Record<"text" | "boolean" | "number" | "instant", ReadonlySet<ComparisonOperator>> = {
  text: new Set([...EQUALITY, ...ORDER, ...PARTS]),
  // RFC 7644 section 3.4.2.2: ordering booleans is an error.
  boolean: new Set(EQUALITY),
  number: new Set([...EQUALITY, ...ORDER]),
  instant: new Set([...EQUALITY, ...ORDER]),
};

/** The range of google.protobuf.Timestamp, which PostgreSQL has too. */
function isTimestamp(date: Date): boolean {
  return date.getTime() >= FIRST_INSTANT && date.getTime() <= LAST_INSTANT;
}

const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");
