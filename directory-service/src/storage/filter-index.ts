import { type Filter, ComparisonOperator as Operator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { expressionOf, type FilterKind } from "./filter-attributes.ts";
import type { Expression, Index } from "./filter-expression.ts";

/** The index that answers EQUAL on an expression. */
export function indexOf(expression: Expression | undefined): Index | undefined {
  const compared = expression?.type === "any" ? expression.value : expression;
  return compared && "index" in compared ? compared.index : undefined;
}

/** Whether indexes find the rows that satisfy a filter. `list`: it is on the elements of that attribute. */
export function isIndexed({ expression }: Filter, kind: FilterKind, list?: string): boolean {
  switch (expression?.$case) {
    case "and":
      return expression.value.filters.some((operand) => isIndexed(operand, kind, list));
    case "or":
      return expression.value.filters.every((operand) => isIndexed(operand, kind, list));
    case "element": {
      const { attribute, filter } = expression.value;
      return filter !== undefined && isIndexed(filter, kind, attribute);
    }
    case "comparison": {
      const { operator, attribute } = expression.value;
      const path = list === undefined ? attribute : `${list}.${attribute}`;
      return operator === Operator.COMPARISON_OPERATOR_EQUAL && indexOf(expressionOf(kind, path)) !== undefined;
    }
    default:
      return false;
  }
}
