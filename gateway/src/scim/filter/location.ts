import type { Comparison } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { CompareOperator } from "./ast.ts";
import { compareTexts, contractOperator } from "./compare.ts";
import { anyCondition, type Condition, notCondition, present } from "./logic.ts";

/**
 * A comparison of `prefix` + id with a text, as conditions on the id alone: the
 * store keeps no addresses, and the same record has several, one for each base
 * URL. `attribute` is the contract path of the id. Exact, as references are
 * (RFC 7643 section 2.3.7).
 */
export function compareLocation(
  prefix: string,
  attribute: string,
  operator: CompareOperator,
  value: string,
): Condition {
  const id = (op: CompareOperator, text: string): Condition => comparison(attribute, op, text);
  const rest = value.startsWith(prefix) ? value.slice(prefix.length) : undefined;
  switch (operator) {
    case "eq":
      return rest !== undefined && rest !== "" && id("eq", rest);
    case "ne":
      return notCondition(compareLocation(prefix, attribute, "eq", value));
    case "sw":
      if (prefix.startsWith(value)) return present(attribute);
      return rest !== undefined && id("sw", rest);
    case "ew":
      return anyCondition([id("ew", value), ...seams(prefix, value).map((text) => id("eq", text))]);
    case "co":
      if (prefix.includes(value)) return present(attribute);
      return anyCondition([id("co", value), ...seams(prefix, value).map((text) => id("sw", text))]);
    default:
      if (rest !== undefined) return id(operator, rest);
      // They differ within the prefix, so every id is on the same side.
      return compareTexts(prefix, operator, value) && present(attribute);
  }
}

/** What is left of a text where its beginning is the end of the prefix: what an id has to begin with. */
function seams(prefix: string, value: string): string[] {
  const texts: string[] = [];
  for (let length = 1; length < value.length && length <= prefix.length; length++) {
    if (prefix.endsWith(value.slice(0, length))) texts.push(value.slice(length));
  }
  return texts;
}

function comparison(attribute: string, operator: CompareOperator, text: string): Condition {
  const value: Comparison = {
    attribute,
    operator: contractOperator[operator],
    value: { $case: "text", value: text },
    caseExact: true,
  };
  return { expression: { $case: "comparison", value } };
}
