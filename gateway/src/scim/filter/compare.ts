import { type Comparison, ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../../mapping/attribute.ts";
import { ScimError } from "../error.ts";
import { parseInstant } from "../instant.ts";
import type { CompareOperator, FilterValue } from "./ast.ts";
import { not, present } from "./logic.ts";

/**
 * One comparison with the value in the attribute's type. `name` is what the
 * client called the attribute, `literal` how it wrote a number. Throws ScimError 400 invalidFilter for an
 * operator that the type does not have (RFC 7644 table 3) and for a value that
 * is not of the type.
 */
export function comparison(
  row: Attribute,
  attribute: string,
  name: string,
  operator: CompareOperator,
  value: FilterValue,
  literal?: string,
): Filter {
  if (value === null) return compareWithNull(attribute, name, operator);
  const typed = typedValue(row, name, value, literal);
  if (!operatorsOf[typed.$case].has(operator) || (row.type === "binary" && ordering.has(operator))) {
    throw invalid(`${name} cannot be compared with ${operator}.`);
  }
  return {
    expression: {
      $case: "comparison",
      value: {
        attribute,
        operator: contractOperator[operator],
        value: typed,
        caseExact: typed.$case === "text" && row.caseExact,
      },
    },
  };
}

/** `eq null` asks for what has no value: null and unassigned are the same (RFC 7643 section 2.5). */
function compareWithNull(attribute: string, name: string, operator: CompareOperator): Filter {
  if (operator === "ne") return present(attribute);
  if (operator === "eq") return not(present(attribute));
  throw invalid(`${name} can be compared with null only by eq and ne.`);
}

type TypedValue = NonNullable<Comparison["value"]>;

function typedValue(
  row: Attribute,
  name: string,
  value: string | number | boolean,
  literal: string | undefined,
): TypedValue {
  switch (row.type) {
    case "boolean":
      return { $case: "boolean", value: booleanOf(value, name) };
    case "integer":
    case "decimal":
      return { $case: "number", value: numberOf(value, name) };
    case "dateTime":
      return { $case: "instant", value: instantOf(value, name) };
    case "any":
      if (typeof value === "boolean") return { $case: "boolean", value };
      if (typeof value === "number") return { $case: "number", value };
      return { $case: "text", value };
    default:
      return { $case: "text", value: textOf(value, name, literal) };
  }
}

/** What a text is compared with. A number without quotes stands for its digits: authentik sends a user name so. */
export function textOf(value: string | number | boolean, name: string, literal: string | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return literal ?? String(value);
  throw invalid(`${name} is text: compare it with a quoted string.`);
}

/** Entra and the documented product put booleans in quotes. */
function booleanOf(value: string | number | boolean, name: string): boolean {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : "";
  if (text === "true" || text === "false") return text === "true";
  throw invalid(`${name} is a boolean: compare it with true or false.`);
}

/** In quotes as well: what RFC 7643 section 2.3 types is the attribute, not its spelling in a filter. */
function numberOf(value: string | number | boolean, name: string): number {
  const number = typeof value === "string" && decimal.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw invalid(`${name} is a number: compare it with one.`);
}

const decimal = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function instantOf(value: string | number | boolean, name: string): Date {
  const instant = typeof value === "string" ? parseInstant(value) : undefined;
  if (instant === undefined) {
    throw invalid(`${name} is a date and time: compare it with one such as "2026-01-31T08:00:00Z".`);
  }
  return instant;
}

/** Whether a text compares so with another, by code point as the store orders texts. */
export function compareTexts(text: string, operator: CompareOperator, other: string): boolean {
  switch (operator) {
    case "eq":
      return text === other;
    case "ne":
      return text !== other;
    case "co":
      return text.includes(other);
    case "sw":
      return text.startsWith(other);
    case "ew":
      return text.endsWith(other);
  }
  const order = Buffer.compare(Buffer.from(text), Buffer.from(other));
  if (order === 0) return operator === "ge" || operator === "le";
  return order > 0 === (operator === "gt" || operator === "ge");
}

const equality = ["eq", "ne"] as const;
const ordering: ReadonlySet<CompareOperator> = new Set(["gt", "ge", "lt", "le"]);

const operatorsOf: Record<TypedValue["$case"], ReadonlySet<CompareOperator>> = {
  text: new Set([...equality, "co", "sw", "ew", ...ordering]),
  boolean: new Set(equality),
  number: new Set([...equality, ...ordering]),
  instant: new Set([...equality, ...ordering]),
};

/** Operators by the names of RFC 7644 table 3. */
export const contractOperator: Record<CompareOperator, ComparisonOperator> = {
  eq: ComparisonOperator.COMPARISON_OPERATOR_EQUAL,
  ne: ComparisonOperator.COMPARISON_OPERATOR_NOT_EQUAL,
  co: ComparisonOperator.COMPARISON_OPERATOR_CONTAINS,
  sw: ComparisonOperator.COMPARISON_OPERATOR_STARTS_WITH,
  ew: ComparisonOperator.COMPARISON_OPERATOR_ENDS_WITH,
  gt: ComparisonOperator.COMPARISON_OPERATOR_GREATER_THAN,
  ge: ComparisonOperator.COMPARISON_OPERATOR_GREATER_OR_EQUAL,
  lt: ComparisonOperator.COMPARISON_OPERATOR_LESS_THAN,
  le: ComparisonOperator.COMPARISON_OPERATOR_LESS_OR_EQUAL,
};

/** The error of a filter that compares what cannot be compared. */
export function invalid(detail: string): ScimError {
  return new ScimError(400, "invalidFilter", detail);
}
