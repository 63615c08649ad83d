import { ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../../mapping/attribute.ts";
import type { ResourceSchema } from "../../mapping/schema.ts";
import type { CompareOperator, FilterValue } from "./ast.ts";
import { compareTexts, comparison, contractOperator, invalid, textOf } from "./compare.ts";
import { compareLocation } from "./location.ts";
import { all, anyCondition, type Condition, notCondition, present } from "./logic.ts";

/** What derived values are made from. */
export interface DerivedFrom {
  readonly schema: ResourceSchema;
  /** The request's own, without a slash at its end. */
  readonly baseUrl: string;
}

/** A comparison of a derived value. */
export interface DerivedComparison {
  readonly row: Attribute;
  /** Contract path of the id that a location ends in, and of the type of what it leads to. */
  readonly id: string;
  readonly type: string;
  /** Contract path of the value, where the store knows it as well. */
  readonly path: string;
  /** What the client calls it. */
  readonly name: string;
  readonly operator: CompareOperator;
  readonly value: FilterValue;
  readonly literal: string | undefined;
}

/**
 * Compares a value that the store does not keep as the client sees it, by all
 * operators that its type has. Throws ScimError 400 invalidFilter.
 */
export function compareDerived(compared: DerivedComparison, { schema, baseUrl }: DerivedFrom): Condition {
  const { row, name, operator, value, literal } = compared;
  if (value === null) return compareWithNull(compared);
  const text = textOf(value, name, literal);
  switch (row.derived) {
    case "resourceType":
      return compareTexts(schema.kind, operator, text);
    case "location":
      return compareReference(compared, text, schema, baseUrl);
    case "version":
      return compareVersion(compared, text);
    default:
      return comparison(row, compared.path, name, operator, canonicalUrn(text, operator, schema));
  }
}

/** Whether a derived value is there at all. Only a reference may not be: it goes with its id. */
export function presentDerived(row: Attribute, id: string): Condition {
  return row.derived !== "location" || present(id);
}

function compareWithNull({ row, id, name, operator }: DerivedComparison): Condition {
  if (operator === "ne") return presentDerived(row, id);
  if (operator === "eq") return notCondition(presentDerived(row, id));
  throw invalid(`${name} can be compared with null only by eq and ne.`);
}

const endpoints = new Map([
  ["User", "/Users/"],
  ["Group", "/Groups/"],
]);

/** The location of the resource itself, or of what an id in it refers to: a user, a group, or one of them by its type. */
function compareReference(
  { row, id, type, operator }: DerivedComparison,
  text: string,
  { kind }: ResourceSchema,
  baseUrl: string,
): Condition {
  const kinds = row.referenceTypes.length === 0 ? [kind] : row.referenceTypes;
  const conditions = kinds.map((referred): Condition => {
    const condition = compareLocation(`${baseUrl}${endpoints.get(referred)}`, id, operator, text);
    if (kinds.length === 1 || condition === false) return condition;
    const isOfKind = typeIs(type, referred);
    return condition === true ? isOfKind : all([isOfKind, condition]);
  });
  return anyCondition(conditions);
}

function typeIs(attribute: string, value: string): Filter {
  const operator = ComparisonOperator.COMPARISON_OPERATOR_EQUAL;
  const comparison = { attribute, operator, value: { $case: "text", value } as const, caseExact: true };
  return { expression: { $case: "comparison", value: comparison } };
}

// As the ETag header has it, with or without the hash of the groups; the number alone is what people write.
const version = /^(?:(?:W\/)?"(\d{1,15})(?:-[0-9a-f]{1,64})?"|(\d{1,15}))$/;

/** Versions are ordered by their numbers. A text that is no version is that of nothing. */
function compareVersion({ path, name, operator }: DerivedComparison, text: string): Condition {
  if (operator === "co" || operator === "sw" || operator === "ew") {
    throw invalid(`${name} cannot be compared with ${operator}: a version is compared as a whole, by its number.`);
  }
  const match = version.exec(text);
  if (match !== null) {
    const value = { $case: "number", value: Number(match[1] ?? match[2]) } as const;
    const compared = { attribute: path, operator: contractOperator[operator], value, caseExact: false };
    return { expression: { $case: "comparison", value: compared } };
  }
  if (operator === "eq" || operator === "ne") return operator === "ne";
  throw invalid(`${name} is a version: compare it with one such as "W/\\"3\\"".`);
}

/** URNs of the drafts and of SCIM 1.0 stand for those of the RFC, as in bodies. A part of a URN is no URN. */
function canonicalUrn(text: string, operator: CompareOperator, { byUrn }: ResourceSchema): string {
  const whole = operator === "eq" || operator === "ne";
  return (whole ? byUrn.get(text.toLowerCase())?.urn : undefined) ?? text;
}
