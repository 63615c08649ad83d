import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { charactersIn } from "../../domain/characters.ts";
import type { ExpressionProblem } from "./check-expressions.ts";

/** What PostgreSQL does not store and YAML does not print. */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/u;
const FORBIDDEN_IN_NAMES = /\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/u;

/** Characters that no rule may have, the first of each part. */
export function checkCharacters(rules: readonly Rule[]): ExpressionProblem[] {
  return rules.flatMap((rule, ruleIndex) =>
    [...textsOf(rule)].flatMap(([path, text]): ExpressionProblem[] => {
      const [found] = (path === "name" ? FORBIDDEN_IN_NAMES : FORBIDDEN).exec(text) ?? [];
      if (found === undefined) return [];
      const offset = charactersIn(text.slice(0, text.indexOf(found)));
      const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      const message = `The character U+${code} is not allowed here.`;
      return [{ severity: "error", ruleIndex, path, inName: false, offset, length: 1, message, suggestion: "" }];
    }),
  );
}

/** The texts of a rule with their paths, in order. */
export function* textsOf(rule: Rule): Generator<[path: string, text: string]> {
  yield ["name", rule.name];
  yield ["description", rule.description];
  for (const { name, expression } of rule.let) yield [`let.${name}`, expression];
  yield ["when", rule.when];
  for (const { name, expression } of rule.set) yield [`set.${name}`, expression];
  for (const { name, expression } of rule.onCreate) yield [`on_create.${name}`, expression];
}
