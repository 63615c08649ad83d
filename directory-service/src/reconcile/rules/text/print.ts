import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { printFlag, printPair } from "./print-pair.ts";
import { nameOfKind } from "./record-kind-names.ts";

/** Rules as a YAML file: what parseRuleSet reads as the same rules. */
export function printRuleSet(kind: ScimRecordKind, rules: readonly Rule[]): string {
  return printPair("kind", nameOfKind(kind), 0) + printRules(rules);
}

/** The list of rules with its key. */
export function printRules(rules: readonly Rule[]): string {
  if (rules.length === 0) return "rules: []\n";
  return `rules:\n${rules.map((rule) => printRule(rule, 2)).join("\n")}`;
}

/** A rule as an item of a list whose dashes have this indentation. */
export function printRule(rule: Rule, indent: number): string {
  const parts = RULE_PARTS.map((part) => printPart(rule, part, indent + 2)).join("");
  return `${" ".repeat(indent)}- ${parts.slice(indent + 2)}`;
}

/** The keys of a rule in their order. */
export const RULE_PARTS = ["name", "description", "disabled", "let", "when", "set", "on_create"] as const;
export type RulePart = (typeof RULE_PARTS)[number];

/** A key of a rule with its value; nothing where it can be left out. */
export function printPart(rule: Rule, part: RulePart, indent: number): string {
  switch (part) {
    case "name":
    case "when":
      return printPair(part, rule[part], indent);
    case "description":
      return rule.description === "" ? "" : printPair(part, rule.description, indent);
    case "disabled":
      return rule.disabled ? printFlag(part, true, indent) : "";
    default:
      return printExpressions(part, expressionsOf(rule, part), indent);
  }
}

/** The expressions of a part. */
export function expressionsOf(rule: Rule, part: "let" | "set" | "on_create"): NamedExpression[] {
  return part === "on_create" ? rule.onCreate : rule[part];
}

function printExpressions(part: string, expressions: NamedExpression[], indent: number): string {
  if (expressions.length === 0) return "";
  const lines = expressions.map(({ name, expression }) => printPair(name, expression, indent + 2));
  return `${" ".repeat(indent)}${part}:\n${lines.join("")}`;
}
