import { ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";

/** `attribute eq text`, exactly. */
export function equal(attribute: string, text: string): Filter {
  const operator = ComparisonOperator.COMPARISON_OPERATOR_EQUAL;
  const value = { attribute, operator, value: { $case: "text" as const, value: text }, caseExact: true };
  return { expression: { $case: "comparison", value } };
}
