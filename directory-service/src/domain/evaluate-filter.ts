import { type Comparison, ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { type Attributes, type Field, valueAt, valuesAlong } from "./attributes.ts";
import { checkFilter, type FilterType, jsonType } from "./check-filter.ts";
import { isEmpty } from "./empty-values.ts";
import { foldCase } from "./fold-case.ts";
import { instantOf } from "./instant.ts";

type Fields = Readonly<Record<string, Field>>;

/**
 * Whether an element of a list satisfies a filter whose paths are relative to
 * it, as storage/filter-sql finds it. Throws FILTER_INVALID.
 */
export function matchesElement(filter: Filter, element: Attributes, fields: Fields): boolean {
  return elementMatcher(filter, fields)(element);
}

/** The same for many elements: a PATCH may hold a thousand filters against a hundred elements each. */
export function elementMatcher(filter: Filter, fields: Fields): (element: Attributes) => boolean {
  checkFilter(filter, (path) => fieldType(fields, path));
  return predicateOf(filter, (path) => {
    const key = [fields[path]?.key ?? ""];
    return (element, satisfies) => satisfies(valueAt(element as Attributes, key));
  });
}

function fieldType(fields: Fields, path: string): FilterType | undefined {
  return Object.hasOwn(fields, path) ? fields[path]?.type : undefined;
}

/**
 * The same for an element of an extension attribute, which may be of any shape.
 * `value` of one that is no object is the element itself (RFC 7643 section 2.4).
 */
export function matchesJsonElement(filter: Filter, element: unknown): boolean {
  return jsonElementMatcher(filter)(element);
}

/** The same for many elements of an extension attribute. */
export function jsonElementMatcher(filter: Filter): (element: unknown) => boolean {
  checkFilter(filter, jsonType, { inElement: true });
  return predicateOf(filter, (path) => {
    const keys = path.split(".");
    return (element, satisfies) => {
      const values = path === "value" && !isObject(element) ? [element] : valuesAlong(element, keys);
      return values.length > 0 ? values.some(satisfies) : satisfies(undefined);
    };
  });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

type Predicate = (value: unknown) => boolean;

/** Whether one of the values at a path of an element is as asked for. */
type Reader = (element: unknown, satisfies: Predicate) => boolean;

/** What can be done once is done here, before the first element. */
function predicateOf({ expression }: Filter, readerOf: (path: string) => Reader): Predicate {
  switch (expression?.$case) {
    case "and": {
      const operands = expression.value.filters.map((operand) => predicateOf(operand, readerOf));
      return (element) => operands.every((operand) => operand(element));
    }
    case "or": {
      const operands = expression.value.filters.map((operand) => predicateOf(operand, readerOf));
      return (element) => operands.some((operand) => operand(element));
    }
    case "not": {
      const operand = predicateOf(expression.value, readerOf);
      return (element) => !operand(element);
    }
    case "comparison": {
      const read = readerOf(expression.value.attribute);
      const satisfies = comparisonOf(expression.value);
      return (element) => read(element, satisfies);
    }
    default:
      // Elements have no elements.
      return () => false;
  }
}

/**
 * Whether a single value satisfies a comparison. `ne` is true where there is
 * none, or one of another type; text is ordered by code point, and compared with
 * an instant as the time that it says.
 */
export function satisfies(comparison: Comparison, stored: unknown): boolean {
  return comparisonOf(comparison)(stored);
}

function comparisonOf({ operator, value, caseExact }: Comparison): Predicate {
  if (operator === ComparisonOperator.COMPARISON_OPERATOR_PRESENT) return (stored) => !isEmpty(stored);
  const wanted = value?.$case === "text" && !caseExact ? foldCase(value.value) : value?.value;
  const actualOf = (stored: unknown) => comparable(stored, value?.$case === "instant", caseExact);
  switch (operator) {
    case ComparisonOperator.COMPARISON_OPERATOR_EQUAL:
      return (stored) => isSame(actualOf(stored), wanted);
    case ComparisonOperator.COMPARISON_OPERATOR_NOT_EQUAL:
      return (stored) => !isSame(actualOf(stored), wanted);
    case ComparisonOperator.COMPARISON_OPERATOR_GREATER_THAN:
      return (stored) => (orderOf(actualOf(stored), wanted) ?? 0) > 0;
    case ComparisonOperator.COMPARISON_OPERATOR_GREATER_OR_EQUAL:
      return (stored) => (orderOf(actualOf(stored), wanted) ?? -1) >= 0;
    case ComparisonOperator.COMPARISON_OPERATOR_LESS_THAN:
      return (stored) => (orderOf(actualOf(stored), wanted) ?? 0) < 0;
    case ComparisonOperator.COMPARISON_OPERATOR_LESS_OR_EQUAL:
      return (stored) => (orderOf(actualOf(stored), wanted) ?? 1) <= 0;
    case ComparisonOperator.COMPARISON_OPERATOR_CONTAINS:
      return (stored) => partOf(actualOf(stored), wanted, "includes");
    case ComparisonOperator.COMPARISON_OPERATOR_STARTS_WITH:
      return (stored) => partOf(actualOf(stored), wanted, "startsWith");
    case ComparisonOperator.COMPARISON_OPERATOR_ENDS_WITH:
      return (stored) => partOf(actualOf(stored), wanted, "endsWith");
    default:
      return () => false;
  }
}

function partOf(actual: unknown, wanted: unknown, how: "includes" | "startsWith" | "endsWith"): boolean {
  return typeof actual === "string" && typeof wanted === "string" && actual[how](wanted);
}

function comparable(stored: unknown, asInstant: boolean, caseExact: boolean): unknown {
  if (typeof stored !== "string") return stored;
  if (asInstant) return instantOf(stored);
  return caseExact ? stored : foldCase(stored);
}

function typeOf(value: unknown): string {
  return value instanceof Date ? "instant" : typeof value;
}

function isSame(a: unknown, b: unknown): boolean {
  return typeof a === "string" ? a === b : orderOf(a, b) === 0;
}

/**
 * Text by code point, which is the order of its UTF-8 bytes and not that of
 * UTF-16. Undefined: the two are of different types, or one is not there.
 */
function orderOf(a: unknown, b: unknown): number | undefined {
  if (typeOf(a) !== typeOf(b) || b === undefined) return undefined;
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  const [left, right] = [Number(a), Number(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
