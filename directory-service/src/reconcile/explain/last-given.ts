import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ExecutionRecord } from "../../domain/execution.ts";
import { packedValue } from "../../domain/execution-values.ts";
import { valueNames } from "../rules/value-names.ts";
import type { Json } from "../rules/variables.ts";

/**
 * What the rules gave a field, by its name in rules, when they ran: the last
 * rule that applied and sets it. Undefined: none did.
 */
export function lastGiven(
  { values, conditions }: Pick<ExecutionRecord, "values" | "conditions">,
  rules: readonly Rule[],
  field: string,
): { rule: string; value: Json } | undefined {
  const enabled = rules.filter(({ disabled }) => !disabled);
  const names = valueNames(enabled);
  const met = new Set(conditions.filter((condition) => condition.met).map(({ rule }) => rule));
  for (const [index, rule] of [...enabled.entries()].toReversed()) {
    const at = rule.set.findIndex(({ name }) => name === field);
    const name = names[index]?.set[at];
    if (at >= 0 && name !== undefined && met.has(rule.name))
      return { rule: rule.name, value: packedValue(values, name) as Json };
  }
  return undefined;
}
