import { isDeepStrictEqual } from "node:util";
import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { isMap, isScalar, type Pair, type ParsedNode, type Scalar } from "yaml";
import { expressionsOf, printPart, RULE_PARTS, type RulePart } from "./print.ts";
import { printFlag, printPair } from "./print-pair.ts";
import {
  columnOf,
  type Edit,
  replaceItems,
  replacePair,
  replaceValue,
  type Stretch,
  splice,
  stretchesOf,
} from "./splice.ts";

type ParsedPair = Pair<ParsedNode, ParsedNode | null>;

/** Edits that make the lines of a rule say another. Undefined: it cannot be done in part. */
export function rewriteRule(text: string, node: ParsedNode, before: Rule, after: Rule): Edit[] | undefined {
  const stretches = stretchesOf(text, node);
  if (!isMap(node) || !stretches) return undefined;
  const indent = columnOf(text, node.range[0]);
  const pairs = new Map(node.items.map((pair, index) => [keyOf(pair), { pair, stretch: stretches[index] as Stretch }]));
  const edits: Edit[] = [];
  // New parts go behind the one that comes before them when a rule is printed.
  let end: number | undefined;
  for (const part of RULE_PARTS) {
    const found = pairs.get(part);
    if (found) end = found.stretch.end;
    if (isDeepStrictEqual(partOf(before, part), partOf(after, part))) continue;
    if (found) {
      edits.push(changePart(text, found.pair, found.stretch, before, after, part, indent));
      continue;
    }
    if (end === undefined) return undefined;
    const isOpen = text[end - 1] !== "\n";
    edits.push({ start: end, end, text: `${isOpen ? "\n" : ""}${printPart(after, part, indent)}` });
  }
  return edits;
}

function keyOf({ key }: ParsedPair): string {
  return isScalar(key) ? String(key.value) : "";
}

function partOf(rule: Rule, part: RulePart): unknown {
  return part === "on_create" ? rule.onCreate : rule[part];
}

function changePart(
  text: string,
  { key, value }: ParsedPair,
  stretch: Stretch,
  before: Rule,
  after: Rule,
  part: RulePart,
  indent: number,
): Edit {
  const printed = () => replacePair(text, key, stretch, printPart(after, part, indent));
  switch (part) {
    case "name":
    case "description":
    case "when":
      return changeText(text, value, part, after[part], indent) ?? printed();
    case "disabled":
      return replaceValue(text, value, printFlag(part, after.disabled, indent)) ?? printed();
    default: {
      const [from, to] = [expressionsOf(before, part), expressionsOf(after, part)];
      return changeExpressions(text, value, from, to, part === "let") ?? printed();
    }
  }
}

/** A text in the style that it has, if it can be. */
function changeText(
  text: string,
  node: ParsedNode | null,
  key: string,
  value: string,
  indent: number,
): Edit | undefined {
  if (value === "" && key === "description") return undefined;
  const style = isScalar(node) ? (node.type as Scalar.Type) : undefined;
  return replaceValue(text, node, printPair(key, value, indent, style));
}

function changeExpressions(
  text: string,
  map: ParsedNode | null,
  before: readonly NamedExpression[],
  after: readonly NamedExpression[],
  mayBeRenamed: boolean,
): Edit | undefined {
  const stretches = stretchesOf(text, map);
  if (!isMap(map) || !stretches || after.length === 0) return undefined;
  const indent = columnOf(text, map.range[0]);
  const earlier = earlierExpressions(before, after, mayBeRenamed);
  const items = after.map(({ name, expression }, at) => {
    const index = earlier[at] ?? -1;
    const [pair, stretch] = [map.items[index] as ParsedPair | undefined, stretches[index]];
    if (!pair || !stretch) return printPair(name, expression, indent);
    const renamed = before[index]?.name === name ? [] : [renameKey(pair.key, name)];
    if (before[index]?.expression === expression) return splice(text, stretch, renamed);
    const changed = changeText(text, pair.value, name, expression, indent);
    if (changed) return splice(text, stretch, [...renamed, changed]);
    return splice(text, stretch, [replacePair(text, pair.key, stretch, printPair(name, expression, indent))]);
  });
  return replaceItems(stretches, items);
}

/**
 * For each expression the index of the one that it was: of the same name, else,
 * where names are only names, one that says the same, else one in the same place.
 */
function earlierExpressions(
  before: readonly NamedExpression[],
  after: readonly NamedExpression[],
  mayBeRenamed: boolean,
): (number | undefined)[] {
  const indexes = new Map(before.map(({ name }, index) => [name, index]));
  const found = after.map(({ name }) => indexes.get(name));
  if (!mayBeRenamed) return found;
  const taken = new Set(found);
  const take = (index: number) => {
    if (index < 0 || index >= before.length || taken.has(index)) return undefined;
    taken.add(index);
    return index;
  };
  for (const [at, { expression }] of after.entries())
    found[at] ??= take(before.findIndex((other, index) => other.expression === expression && !taken.has(index)));
  return found.map((index, at) => index ?? (before.length === after.length ? take(at) : undefined));
}

function renameKey(key: ParsedNode, name: string): Edit {
  const [start, end] = key.range;
  return { start, end, text: printPair(name, "", 0).replace(/:[^:]*$/, "") };
}
