import { isDeepStrictEqual } from "node:util";
import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { isMap, isScalar, type ParsedNode } from "yaml";
import { isLongerThan } from "../../../domain/characters.ts";
import { TEXT_LIMIT } from "./limits.ts";
import { parseRuleSet, type RuleSetText } from "./parse.ts";
import { printRule, printRuleSet, printRules } from "./print.ts";
import { printPair } from "./print-pair.ts";
import { readYaml } from "./read-yaml.ts";
import { nameOfKind } from "./record-kind-names.ts";
import { rewriteRule } from "./rewrite-rule.ts";
import { columnOf, type Edit, replaceItems, replacePair, type Stretch, splice, stretchesOf } from "./splice.ts";

/**
 * A text changed so that it says these rules. What differs is written anew; the
 * rest stays as it is to the letter, comments and the order of keys included.
 * The same text where nothing differs. A text that cannot be read, or not be
 * changed in part, is printed anew.
 */
export function rewriteRuleSet(previousText: string, kind: ScimRecordKind, given: readonly Rule[]): string {
  const rules = given.map(plain);
  const previous = parseRuleSet(previousText);
  if (previous.problems.length > 0) return printRuleSet(kind, rules);
  if (says(previous, kind, rules)) return previousText;
  const mark = previousText.startsWith("\uFEFF") ? "\uFEFF" : "";
  const lineEnd = previousText.includes("\r\n") ? "\r\n" : "\n";
  const lines = previousText.slice(mark.length).replaceAll("\r\n", "\n");
  for (const way of [changeRule, printAnew]) {
    const changed = changeFile(lines, previous.rules, kind, rules, way);
    const text = mark + changed.replaceAll("\n", lineEnd);
    if (!isLongerThan(TEXT_LIMIT, text) && says(parseRuleSet(text), kind, rules)) return text;
  }
  return printRuleSet(kind, rules);
}

/** With just what a text says, for comparing. */
function plain({ name, description, disabled, let: named, when, set, onCreate }: Rule): Rule {
  const list = (expressions: NamedExpression[]) => expressions.map(({ name, expression }) => ({ name, expression }));
  return { name, description, disabled, let: list(named), when, set: list(set), onCreate: list(onCreate) };
}

function says(parsed: RuleSetText, kind: ScimRecordKind, rules: readonly Rule[]): boolean {
  return parsed.problems.length === 0 && parsed.kind === kind && isDeepStrictEqual(parsed.rules, rules);
}

/** A rule as its stretch of the text has it. */
interface Placed {
  rule: Rule;
  node: ParsedNode;
  stretch: Stretch;
}

/** Gives a rule that differs its new lines. */
type Way = (text: string, before: Placed, after: Rule) => string;

/** What differs. */
function changeRule(text: string, before: Placed, after: Rule): string {
  const edits = rewriteRule(text, before.node, before.rule, after);
  return edits ? splice(text, before.stretch, edits) : printAnew(text, before, after);
}

/** The whole rule; the comments above it stay. */
function printAnew(text: string, { node, stretch }: Placed, after: Rule): string {
  const dash = text.lastIndexOf("-", node.range[0]);
  return text.slice(stretch.start, dash) + printRule(after, columnOf(text, dash)).trimStart();
}

function changeFile(text: string, before: Rule[], kind: ScimRecordKind, after: readonly Rule[], way: Way): string {
  const { contents } = readYaml(text);
  const stretches = stretchesOf(text, contents);
  if (!isMap(contents) || !stretches) return text;
  const edits = contents.items.flatMap(({ key, value }, index): Edit[] => {
    const stretch = stretches[index] as Stretch;
    const pair = (lines: string) => replacePair(text, key, stretch, lines);
    if (isScalar(key) && key.value === "kind")
      return [changeKind(value, kind) ?? pair(printPair("kind", nameOfKind(kind), 0))];
    if (isDeepStrictEqual(before, after)) return [];
    return [changeRules(text, value, before, after, way) ?? pair(printRules(after))];
  });
  return splice(text, { start: 0, end: text.length }, edits);
}

function changeKind(value: ParsedNode | null, kind: ScimRecordKind): Edit | undefined {
  if (!isScalar(value)) return undefined;
  const [start, end] = value.range;
  return { start, end, text: nameOfKind(kind) };
}

function changeRules(
  text: string,
  list: ParsedNode | null,
  before: readonly Rule[],
  after: readonly Rule[],
  way: Way,
): Edit | undefined {
  const stretches = stretchesOf(text, list);
  if (!stretches || !list || !("items" in list) || after.length === 0) return undefined;
  const placed = before.map((rule, index) => ({
    rule,
    node: list.items[index] as ParsedNode,
    stretch: stretches[index] as Stretch,
  }));
  const column = columnOf(text, list.range[0]);
  const earlier = earlierRules(before, after);
  const items = after.map((rule, index) => {
    const from = placed[earlier[index] ?? -1];
    if (!from) return `${index > 0 ? "\n" : ""}${printRule(rule, column)}`;
    return isDeepStrictEqual(from.rule, rule) ? splice(text, from.stretch, []) : way(text, from, rule);
  });
  return replaceItems(stretches, items);
}

/** For each rule the index of the one that it was: of the same name, else alike but for the name, else in the same place. */
function earlierRules(before: readonly Rule[], after: readonly Rule[]): (number | undefined)[] {
  const found = after.map(({ name }) => nonNegative(before.findIndex((rule) => rule.name === name)));
  const taken = new Set(found);
  const take = (index: number | undefined) => {
    if (index !== undefined) taken.add(index);
    return index;
  };
  const isFree = (index: number) => !taken.has(index);
  for (const [index, rule] of after.entries()) {
    const isAlike = (other: Rule, at: number) => isFree(at) && isDeepStrictEqual({ ...other, name: rule.name }, rule);
    found[index] ??= take(nonNegative(before.findIndex(isAlike)));
  }
  return found.map((earlier, index) => earlier ?? take(index < before.length && isFree(index) ? index : undefined));
}

function nonNegative(index: number): number | undefined {
  return index < 0 ? undefined : index;
}
