import { type Comparison, ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import {
  type Attributes,
  attributeOf,
  extensionAttribute,
  type Field,
  type RecordSchema,
  valueAt,
} from "./attributes.ts";
import { checkFilter, type FilterType } from "./check-filter.ts";
import { isEmpty } from "./empty-values.ts";
import { foldCase } from "./fold-case.ts";

/**
 * Whether a record satisfies a filter. The same answer as storage/filter-sql
 * gives, which a property test keeps so:
 * - a comparison with a list is true where any element satisfies it;
 * - `ne` on a single value is true where there is none;
 * - text is ordered by code point.
 *
 * @throws StatusError FILTER_INVALID
 */
export function matchesRecord(filter: Filter, document: Attributes, schema: RecordSchema): boolean {
  checkFilter(filter, (path) => filterTypeOf(schema, path));
  return evaluate(filter, recordTarget(document, schema));
}

/** Whether an element of a list satisfies a filter whose paths are relative to it. Throws FILTER_INVALID. */
export function matchesElement(filter: Filter, element: Attributes, fields: Readonly<Record<string, Field>>): boolean {
  checkFilter(filter, (path) => fieldType(fields, path));
  return evaluate(filter, elementTarget(element, fields));
}

/** What the contract path of a SCIM record is to a filter. */
export function filterTypeOf(schema: RecordSchema, path: string): FilterType | undefined {
  const attribute = attributeOf(schema, path);
  if (attribute?.shape === "scalar") return attribute.type;
  if (attribute?.shape === "json") return "json";
  if (attribute?.shape === "complex") return "complex";
  if (attribute?.shape === "list") return { list: (field) => fieldType(attribute.fields, field) };
  const sub = subAttribute(schema, path);
  return sub && fieldType(sub.attribute.fields, sub.field);
}

/** What a sub-attribute is to a filter. */
export function fieldType(fields: Readonly<Record<string, Field>>, path: string): FilterType | undefined {
  return Object.hasOwn(fields, path) ? fields[path]?.type : undefined;
}

/** "emails.value" taken apart. */
export function subAttribute(schema: RecordSchema, path: string) {
  const dot = path.lastIndexOf(".");
  if (dot < 0) return undefined;
  const attribute = attributeOf(schema, path.slice(0, dot));
  const field = path.slice(dot + 1);
  if (attribute?.shape !== "complex" && attribute?.shape !== "list") return undefined;
  return { attribute, field };
}

/** What a filter is evaluated on: a record, or an element of one of its lists. */
interface Target {
  /** The values of which one has to satisfy a comparison: none for an empty list. */
  candidates(path: string): unknown[];
  elements(path: string): Target[];
}

function recordTarget(document: Attributes, schema: RecordSchema): Target {
  return {
    candidates(path) {
      const extension = extensionAttribute(path);
      if (extension) return valuesAlong(document, extension.path);
      const attribute = attributeOf(schema, path);
      if (attribute) return [valueAt(document, attribute.path)];
      const sub = subAttribute(schema, path);
      if (!sub) return [];
      const key = sub.attribute.fields[sub.field]?.key ?? "";
      const value = valueAt(document, sub.attribute.path);
      if (sub.attribute.shape === "list") return elementsOf(value).map((element) => valueAt(element, [key]));
      return [valueAt(document, [...sub.attribute.path, key])];
    },
    elements(path) {
      const attribute = attributeOf(schema, path);
      if (attribute?.shape !== "list") return [];
      return elementsOf(valueAt(document, attribute.path)).map((element) => elementTarget(element, attribute.fields));
    },
  };
}

function elementTarget(element: Attributes, fields: Readonly<Record<string, Field>>): Target {
  return {
    candidates: (path) => [valueAt(element, [fields[path]?.key ?? ""])],
    elements: () => [],
  };
}

function elementsOf(value: unknown): Attributes[] {
  return Array.isArray(value) ? value : [];
}

/** The values at a path that may lead through arrays, as a lax SQL/JSON path finds them. */
function valuesAlong(document: Attributes, path: readonly string[]): unknown[] {
  let values: unknown[] = [document];
  for (const key of path) values = values.flatMap(unwrap).map((value) => valueAt(value as Attributes, [key]));
  const found = values.flatMap(unwrap).filter((value) => value !== undefined);
  return found.length > 0 ? found : [undefined];
}

function unwrap(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function evaluate(filter: Filter, target: Target): boolean {
  const { expression } = filter;
  switch (expression?.$case) {
    case "and":
      return expression.value.filters.every((operand) => evaluate(operand, target));
    case "or":
      return expression.value.filters.some((operand) => evaluate(operand, target));
    case "not":
      return !evaluate(expression.value, target);
    case "comparison":
      return target.candidates(expression.value.attribute).some((value) => compare(expression.value, value));
    case "element": {
      const { attribute, filter: inner } = expression.value;
      return inner !== undefined && target.elements(attribute).some((element) => evaluate(inner, element));
    }
    default:
      return false;
  }
}

function compare({ operator, value, caseExact }: Comparison, stored: unknown): boolean {
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
