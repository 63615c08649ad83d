import { type Comparison, ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { type Attributes, type Field, valueAt } from "./attributes.ts";
import { checkFilter, type FilterType } from "./check-filter.ts";
import { isEmpty } from "./empty-values.ts";
import { foldCase } from "./fold-case.ts";

type Fields = Readonly<Record<string, Field>>;

/**
 * Whether an element of a list satisfies a filter whose paths are relative to
 * it, as storage/filter-sql finds it. Throws FILTER_INVALID.
 */
export function matchesElement(filter: Filter, element: Attributes, fields: Fields): boolean {
  checkFilter(filter, (path) => fieldType(fields, path));
  return evaluate(filter, element, fields);
}

function fieldType(fields: Fields, path: string): FilterType | undefined {
  return Object.hasOwn(fields, path) ? fields[path]?.type : undefined;
}

function evaluate({ expression }: Filter, element: Attributes, fields: Fields): boolean {
  switch (expression?.$case) {
    case "and":
      return expression.value.filters.every((operand) => evaluate(operand, element, fields));
    case "or":
      return expression.value.filters.some((operand) => evaluate(operand, element, fields));
    case "not":
      return !evaluate(expression.value, element, fields);
    case "comparison":
      return satisfies(expression.value, valueAt(element, [fields[expression.value.attribute]?.key ?? ""]));
    default:
      // Elements have no elements.
      return false;
  }
}

/**
 * Whether a single value satisfies a comparison. `ne` is true where there is
 * none; text is ordered by code point.
 */
export function satisfies({ operator, value, caseExact }: Comparison, stored: unknown): boolean {
  if (operator === ComparisonOperator.COMPARISON_OPERATOR_PRESENT) return !isEmpty(stored);
  const wanted = value?.$case === "text" && !caseExact ? foldCase(value.value) : value?.value;
  const actual = typeof stored === "string" && !caseExact ? foldCase(stored) : stored;
  const order = value && typeof actual === typeof wanted ? orderOf(actual, wanted) : undefined;
  switch (operator) {
    case ComparisonOperator.COMPARISON_OPERATOR_EQUAL:
      return order === 0;
    case ComparisonOperator.COMPARISON_OPERATOR_NOT_EQUAL:
      return order !== 0;
    case ComparisonOperator.COMPARISON_OPERATOR_GREATER_THAN:
      return order !== undefined && order > 0;
    case ComparisonOperator.COMPARISON_OPERATOR_GREATER_OR_EQUAL:
      return order !== undefined && order >= 0;
    case ComparisonOperator.COMPARISON_OPERATOR_LESS_THAN:
      return order !== undefined && order < 0;
    case ComparisonOperator.COMPARISON_OPERATOR_LESS_OR_EQUAL:
      return order !== undefined && order <= 0;
  }
  if (typeof actual !== "string" || typeof wanted !== "string") return false;
  switch (operator) {
    case ComparisonOperator.COMPARISON_OPERATOR_CONTAINS:
      return actual.includes(wanted);
    case ComparisonOperator.COMPARISON_OPERATOR_STARTS_WITH:
      return actual.startsWith(wanted);
    case ComparisonOperator.COMPARISON_OPERATOR_ENDS_WITH:
      return actual.endsWith(wanted);
    default:
      return false;
  }
}

/** Text by code point, which is the order of its UTF-8 bytes and not that of UTF-16. */
function orderOf(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  const [left, right] = [Number(a), Number(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
