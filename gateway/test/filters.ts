import { type Comparison, ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";

/** The contract's operators, by a shorter name. */
export const Op = ComparisonOperator;

/** One comparison. The value's type is that of what is given. */
export function comparison(
  attribute: string,
  operator: ComparisonOperator,
  value?: string | boolean | number | Date,
  caseExact = false,
): Filter {
  const typed: Comparison["value"] =
    value === undefined
      ? undefined
      : typeof value === "string"
        ? { $case: "text", value }
        : typeof value === "boolean"
          ? { $case: "boolean", value }
          : typeof value === "number"
            ? { $case: "number", value }
            : { $case: "instant", value };
  return { expression: { $case: "comparison", value: { attribute, operator, value: typed, caseExact } } };
}

/** A filter on the elements of a list. */
export function element(attribute: string, filter: Filter): Filter {
  return { expression: { $case: "element", value: { attribute, filter } } };
}

/** A conjunction. */
export function all(...filters: Filter[]): Filter {
  return { expression: { $case: "and", value: { filters } } };
}

/** A negation. */
export function not(value: Filter): Filter {
  return { expression: { $case: "not", value } };
}
