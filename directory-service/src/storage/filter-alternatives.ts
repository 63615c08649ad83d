import { type Filter, ComparisonOperator as Operator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { expressionOf, type FilterKind } from "./filter-attributes.ts";
import { isIndexed } from "./filter-index.ts";

/**
 * The same filter, with alternatives that no index answers asked of a list all
 * at once: `emails.value co "a" or emails[type eq "b" and value co "c"]` looks
 * through the e-mails of a row twice, `emails[value co "a" or (type eq …)]` once.
 */
export function mergeAlternatives(filter: Filter, kind: FilterKind): Filter {
  const { expression } = filter;
  switch (expression?.$case) {
    case "and": {
      const filters = expression.value.filters.map((operand) => mergeAlternatives(operand, kind));
      return { expression: { $case: "and", value: { filters } } };
    }
    case "or": {
      const filters = expression.value.filters.map((operand) => mergeAlternatives(operand, kind));
      return anyOf(mergeElements(filters, kind));
    }
    case "not":
      return { expression: { $case: "not", value: mergeAlternatives(expression.value, kind) } };
    default:
      return filter;
  }
}

function mergeElements(filters: Filter[], kind: FilterKind): Filter[] {
  const byList = Map.groupBy(filters, (filter) => (isIndexed(filter, kind) ? undefined : listOf(filter, kind)));
  return [...byList].flatMap(([attribute, alternatives]) => {
    if (attribute === undefined || alternatives.length === 1) return alternatives;
    const filter = anyOf(alternatives.map(onElement));
    return { expression: { $case: "element", value: { attribute, filter } } } satisfies Filter;
  });
}

/** The list an element of which decides; undefined: another thing does. */
function listOf({ expression }: Filter, kind: FilterKind): string | undefined {
  if (expression?.$case === "element") return expression.value.attribute;
  // NOT_EQUAL is also true where there is no element.
  if (expression?.$case !== "comparison" || expression.value.operator === Operator.COMPARISON_OPERATOR_NOT_EQUAL)
    return undefined;
  const { attribute } = expression.value;
  const list = attribute.slice(0, Math.max(attribute.lastIndexOf("."), 0));
  return expressionOf(kind, list)?.type === "list" ? list : undefined;
}

function onElement(filter: Filter): Filter {
  const { expression } = filter;
  if (expression?.$case === "element") return expression.value.filter ?? filter;
  if (expression?.$case !== "comparison") return filter;
  const attribute = expression.value.attribute.slice(expression.value.attribute.lastIndexOf(".") + 1);
  return { expression: { $case: "comparison", value: { ...expression.value, attribute } } };
}

function anyOf(filters: Filter[]): Filter {
  return { expression: { $case: "or", value: { filters } } };
}
