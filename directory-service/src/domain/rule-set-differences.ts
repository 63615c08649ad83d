import { isDeepStrictEqual } from "node:util";
import {
  type NamedExpression,
  type Rule,
  type RuleDifference,
  RuleDifferenceKind,
  type RulePartDifference,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";

/**
 * What lies between two lists of rules, in the order of the later one, removed
 * rules last. Rules go by their names; one that got another name and is else the
 * same is changed. Rules that others are put before or taken from have not moved.
 */
export function ruleSetDifferences(before: readonly Rule[], after: readonly Rule[]): RuleDifference[] {
  const pairs = pairRules(before, after);
  const inPlace = longestIncreasing(pairs.flatMap(({ from, to }) => (from && to ? [from.position] : [])));
  return pairs.flatMap((pair) => {
    const { from, to } = pair;
    const parts = partDifferences(from?.rule, to?.rule);
    const kind = kindOf(pair, parts, inPlace);
    if (kind === undefined) return [];
    return {
      rule: (to ?? from)?.rule.name ?? "",
      kind,
      positionBefore: from?.position ?? 0,
      positionAfter: to?.position ?? 0,
      parts,
    };
  });
}

/** A rule and its position, from 1. */
interface PlacedRule {
  rule: Rule;
  position: number;
}

/** The same rule before and after. Undefined: it was not there. */
interface Pair {
  from: PlacedRule | undefined;
  to: PlacedRule | undefined;
}

function pairRules(before: readonly Rule[], after: readonly Rule[]): Pair[] {
  const left = before.map((rule, index) => ({ rule, position: index + 1 }));
  const take = (is: (rule: Rule) => boolean): PlacedRule | undefined => {
    const index = left.findIndex(({ rule }) => is(rule));
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const pairs = after.map((rule, index): Pair => {
    const from = take(({ name }) => name === rule.name);
    return { from, to: { rule, position: index + 1 } };
  });
  for (const pair of pairs)
    pair.from ??= take((rule) => isDeepStrictEqual(contentOf(rule), contentOf((pair.to as PlacedRule).rule)));
  return [...pairs, ...left.map((from) => ({ from, to: undefined }))];
}

function contentOf({ let: lets, when, set, onCreate }: Rule): unknown {
  return [lets, when, set, onCreate];
}

function kindOf(
  { from, to }: Pair,
  parts: RulePartDifference[],
  inPlace: ReadonlySet<number>,
): RuleDifferenceKind | undefined {
  if (!from) return RuleDifferenceKind.RULE_DIFFERENCE_KIND_ADDED;
  if (!to) return RuleDifferenceKind.RULE_DIFFERENCE_KIND_REMOVED;
  if (parts.length > 0) return RuleDifferenceKind.RULE_DIFFERENCE_KIND_CHANGED;
  return inPlace.has(from.position) ? undefined : RuleDifferenceKind.RULE_DIFFERENCE_KIND_MOVED;
}

/** Each part of a rule that differs, of a rule that was not there or is no longer there all that it has. */
function partDifferences(before: Rule | undefined, after: Rule | undefined): RulePartDifference[] {
  const [from, to] = [partsOf(before), partsOf(after)];
  const parts = [...new Set([...to.keys(), ...from.keys()])].map((path) => ({
    path,
    before: from.get(path) ?? "",
    after: to.get(path) ?? "",
  }));
  return [...parts, ...orderDifferences(before, after)].filter((part) => part.before !== part.after);
}

function partsOf(rule: Rule | undefined): Map<string, string> {
  if (!rule) return new Map();
  const named = (list: string, expressions: NamedExpression[]) =>
    expressions.map(({ name, expression }) => [`${list}.${name}`, expression] as const);
  return new Map([
    ["name", rule.name],
    ["description", rule.description],
    ["disabled", rule.disabled ? "true" : ""],
    ...LISTS.slice(0, 1).flatMap(({ path, key }) => named(path, rule[key])),
    ["when", rule.when],
    ...LISTS.slice(1).flatMap(({ path, key }) => named(path, rule[key])),
  ]);
}

const LISTS = [
  { path: "let", key: "let" },
  { path: "set", key: "set" },
  { path: "on_create", key: "onCreate" },
] as const;

/** Lists whose expressions have changed places: the names of those that were and are there. */
function orderDifferences(before: Rule | undefined, after: Rule | undefined): RulePartDifference[] {
  return LISTS.map(({ path, key }) => {
    const names = (rule: Rule | undefined) => (rule?.[key] ?? []).map(({ name }) => name);
    const [from, to] = [names(before), names(after)];
    const shared = (some: string[], others: string[]) => some.filter((name) => others.includes(name)).join(", ");
    return { path, before: shared(from, to), after: shared(to, from) };
  });
}

/** Of different numbers, the most that rise from one to the next. */
function longestIncreasing(numbers: readonly number[]): Set<number> {
  // By length, the chain with the least end.
  const chains: number[][] = [];
  for (const number of numbers) {
    const longer = chains.findIndex((chain) => (chain.at(-1) as number) > number);
    const length = longer < 0 ? chains.length : longer;
    chains[length] = [...(chains[length - 1] ?? []), number];
  }
  return new Set(chains.at(-1));
}
