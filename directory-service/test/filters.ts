import { type Comparison, ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";

/** `attribute operator value` as a filter; text is compared without regard to case unless `caseExact`. */
export function comparison(
  attribute: string,
  operator: ComparisonOperator,
  value?: string | boolean | number | Date,
  caseExact = false,
): Filter {
  return { expression: { $case: "comparison", value: { attribute, operator, value: valueCase(value), caseExact } } };
}

/** `attribute eq value`. */
export function equal(attribute: string, value: string | boolean | number | Date, caseExact = false): Filter {
  return comparison(attribute, ComparisonOperator.COMPARISON_OPERATOR_EQUAL, value, caseExact);
}

/** True where all are. */
export function and(...filters: Filter[]): Filter {
  return { expression: { $case: "and", value: { filters } } };
}

/** True where any is. */
export function or(...filters: Filter[]): Filter {
  return { expression: { $case: "or", value: { filters } } };
}

/** True where `filter` is not. */
export function not(filter: Filter): Filter {
  return { expression: { $case: "not", value: filter } };
}

/** `attribute[filter]`. */
export function element(attribute: string, filter: Filter): Filter {
  return { expression: { $case: "element", value: { attribute, filter } } };
}

function valueCase(value: string | boolean | number | Date | undefined): Comparison["value"] {
  if (value === undefined) return undefined;
  if (value instanceof Date) return { $case: "instant", value };
  if (typeof value === "string") return { $case: "text", value };
  if (typeof value === "boolean") return { $case: "boolean", value };
  return { $case: "number", value };
}
