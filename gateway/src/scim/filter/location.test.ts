import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompareOperator } from "./ast.ts";
import { compareTexts, contractOperator } from "./compare.ts";
import { compareLocation } from "./location.ts";
import type { Condition } from "./logic.ts";

const operators: CompareOperator[] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
const prefix = "https://a/Users/";
const ids = ["0191f0a5-0000-7000-8000-000000000001", "0191f0a5-0000-7000-8000-000000000002", "s/s", "/", "Users/x"];

/** Prefixes that repeat themselves have the most ways to be cut. */
const text = fc.stringMatching(/^[ab/]{0,8}$/);

describe("compareLocation", () => {
  it("says of every id what the operator says of the whole address", () => {
    fc.assert(
      fc.property(
        text,
        text.filter((id) => id !== ""),
        text,
        fc.constantFrom(...operators),
        (before, id, value, op) => {
          const condition = compareLocation(before, "id", op, value);
          expect(holds(condition, id)).toBe(compareTexts(`${before}${id}`, op, value));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it.each(operators)("does so for %s with every piece of a real address", (operator) => {
    for (const id of ids) {
      const address = `${prefix}${id}`;
      for (let start = 0; start <= address.length; start++)
        for (let end = start; end <= address.length; end += 3) {
          const value = address.slice(start, end);
          const condition = compareLocation(prefix, "id", operator, value);
          for (const other of ids)
            expect(holds(condition, other), `${prefix}${other} ${operator} ${value}`).toBe(
              compareTexts(`${prefix}${other}`, operator, value),
            );
        }
    }
  });

  it("asks the store for nothing but the id where the whole address is given", () => {
    expect(compareLocation(prefix, "id", "eq", `${prefix}x`)).toEqual({
      expression: {
        $case: "comparison",
        value: {
          attribute: "id",
          operator: contractOperator.eq,
          value: { $case: "text", value: "x" },
          caseExact: true,
        },
      },
    });
    expect(compareLocation(prefix, "id", "eq", "https://b/Users/x")).toBe(false);
  });
});

/** What a condition on the id is for one id. */
function holds(condition: Condition, id: string): boolean {
  if (typeof condition === "boolean") return condition;
  const { expression } = condition;
  switch (expression?.$case) {
    case "or":
      return expression.value.filters.some((operand: Filter) => holds(operand, id));
    case "not":
      return !holds(expression.value, id);
    case "comparison": {
      const { operator, value } = expression.value;
      const name = operators.find((candidate) => contractOperator[candidate] === operator);
      return name === undefined || compareTexts(id, name, value?.value as string);
    }
    default:
      throw new Error("No such condition was to be expected.");
  }
}
