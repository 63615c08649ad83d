import { type Filter, ComparisonOperator as Operator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { mergeAlternatives } from "./filter-alternatives.ts";
import { expressionOf, type FilterKind } from "./filter-attributes.ts";
import { isPart } from "./filter-comparison.ts";
import { isIndexed } from "./filter-index.ts";

/** What a filter costs beside what indexes answer. */
export interface FilterCost {
  /** How many comparisons are made with every record. Parts of one text, as alternatives, are looked for at once. */
  comparisons: number;
  /** The same, with those for which elements have to be taken out of a document weighed by it. */
  weight: number;
  /** Whether they are made with the members of groups. */
  readsMembers: boolean;
}

/** What a comparison with elements costs, by measurement, where one with a single value costs 1. */
const ELEMENT_WEIGHT = 4;

/**
 * Counts what a filter has compared row by row. As soon as one alternative is
 * answered by no index, every row is read and all of them are compared.
 */
export function costOf(filter: Filter, kind: FilterKind): FilterCost {
  const merged = mergeAlternatives(filter, kind);
  return {
    comparisons: unindexed(merged, { kind, elementWeight: 1 }),
    weight: unindexed(merged, { kind, elementWeight: ELEMENT_WEIGHT }),
    readsMembers: readsMembers(filter),
  };
}

interface Scope {
  kind: FilterKind;
  elementWeight: number;
  /** The attribute on whose elements the filter is. */
  list?: string;
}

function unindexed(filter: Filter, scope: Scope): number {
  const { expression } = filter;
  switch (expression?.$case) {
    case "and": {
      const { filters } = expression.value;
      if (scope.list === undefined && filters.some(findsFew)) return 0;
      return sum(filters.map((operand) => unindexed(operand, scope)));
    }
    case "or":
      return expression.value.filters.every((operand) => unindexed(operand, scope) === 0) ? 0 : all(filter, scope);
    case "element": {
      const { attribute, filter } = expression.value;
      return filter ? unindexed(filter, { ...scope, list: attribute }) : 0;
    }
    case "comparison":
      return isIndexed(filter, scope.kind, scope.list) ? 0 : all(filter, scope);
    default:
      return all(filter, scope);
  }
}

/** Whether at most a handful of records satisfy a filter, so that what else is asked of them costs nothing. */
function findsFew({ expression }: Filter): boolean {
  return (
    expression?.$case === "comparison" &&
    expression.value.operator === Operator.COMPARISON_OPERATOR_EQUAL &&
    NAMES.has(expression.value.attribute)
  );
}

const NAMES = new Set(["id", "user_name", "external_id", "display_name"]);

function all(filter: Filter, scope: Scope): number {
  const { expression } = filter;
  switch (expression?.$case) {
    case "and":
    case "not":
      return sum(operandsOf(filter).map((operand) => all(operand, scope)));
    case "or": {
      const texts = new Map(expression.value.filters.map((operand) => [textOf(operand) ?? operand, operand]));
      return sum([...texts.values()].map((operand) => all(operand, scope)));
    }
    case "element": {
      const { attribute, filter } = expression.value;
      return filter ? all(filter, { ...scope, list: attribute }) : 0;
    }
    case "comparison": {
      const type = expressionOf(scope.kind, expression.value.attribute)?.type;
      return scope.list !== undefined || type === "any" || type === "json" ? scope.elementWeight : 1;
    }
    default:
      return 0;
  }
}

/** The text in which a comparison looks for a part, as filter-sql does for all of its parts at once. */
function textOf({ expression }: Filter): string | undefined {
  if (expression?.$case !== "comparison" || !isPart(expression.value)) return undefined;
  return `${expression.value.caseExact} ${expression.value.attribute}`;
}

function readsMembers(filter: Filter): boolean {
  const { expression } = filter;
  const attribute =
    expression?.$case === "comparison" || expression?.$case === "element" ? expression.value.attribute : "";
  return /^(groups|members)(\.|$)/.test(attribute) || operandsOf(filter).some(readsMembers);
}

function operandsOf({ expression }: Filter): Filter[] {
  switch (expression?.$case) {
    case "and":
    case "or":
      return expression.value.filters;
    case "not":
      return [expression.value];
    default:
      return [];
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
