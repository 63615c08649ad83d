import { ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";

/** A filter, or what it comes to for every record. */
export type Condition = Filter | boolean;

/** True where every operand is. */
export function all(filters: Filter[]): Filter {
  return { expression: { $case: "and", value: { filters } } };
}

/** True where any operand is. */
export function any(filters: Filter[]): Filter {
  return { expression: { $case: "or", value: { filters } } };
}

/** True where the operand is not. */
export function not(filter: Filter): Filter {
  return { expression: { $case: "not", value: filter } };
}

/** True where the attribute has a value. */
export function present(attribute: string): Filter {
  const operator = ComparisonOperator.COMPARISON_OPERATOR_PRESENT;
  return { expression: { $case: "comparison", value: { attribute, operator, value: undefined, caseExact: false } } };
}

/** `any` of conditions, of which those that are settled drop out. */
export function anyCondition(conditions: readonly Condition[]): Condition {
  const open = conditions.filter((condition) => typeof condition !== "boolean");
  if (conditions.includes(true)) return true;
  return open.length > 1 ? any(open) : (open[0] ?? false);
}

/** `not` of a condition. */
export function notCondition(condition: Condition): Condition {
  return typeof condition === "boolean" ? !condition : not(condition);
}

/** A condition as the contract has it, which knows no constants. `ever` is an attribute that always has a value. */
export function asFilter(condition: Condition, ever: string): Filter {
  if (typeof condition !== "boolean") return condition;
  return condition ? present(ever) : not(present(ever));
}
