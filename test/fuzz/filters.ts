import fc from "fast-check";
import type { ResourceKind } from "../../gateway/src/mapping/schema.ts";
import { type Name, names, spelled, strangeWord, valueFor } from "./names.ts";
import { mutated } from "./text.ts";

const operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ", "Co"];
const pieces = [
  "(",
  ")",
  "[",
  "]",
  '"',
  "\\",
  ".",
  ":",
  " and ",
  " or ",
  " not ",
  " pr",
  "-1",
  "\u0000",
  "\ud800",
  " ",
];

/** Filters: by the grammar and about attributes that exist, mostly; then damaged; then anything. */
export function filterText(kind: ResourceKind): fc.Arbitrary<string> {
  const grammatical = logical(expression(names[kind]));
  return fc.oneof(
    { weight: 6, arbitrary: grammatical },
    { weight: 3, arbitrary: mutated(grammatical, pieces) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((all) => all.join(" ")) },
    { weight: 1, arbitrary: strangeWord },
    { weight: 1, arbitrary: extreme },
  );
}

/** What stands in brackets after a multi-valued attribute. */
export function elementFilter(name: Name): fc.Arbitrary<string> {
  return logical(expression(name.subs), 2);
}

const words =
  '( ) [ ] . eq pr and or not true null 1 -1.5 1a " \\ "x" "\\u00e9" userName emails[ ].value {anna} urn:x:y:a'.split(
    " ",
  );

const extreme = fc.oneof(
  fc.constantFrom(15, 16, 17, 500, 2_000).map((depth) => `${"(".repeat(depth)}title pr${")".repeat(depth)}`),
  fc.constantFrom(5, 17, 500).map((depth) => `${"not (".repeat(depth)}title pr${")".repeat(depth)}`),
  fc.constantFrom(20, 100, 101).map((count) => Array(count).fill('title eq "a"').join(" or ")),
  fc.constantFrom(8, 20).map((count) => Array(count).fill('(title eq "a" or nickName eq "b")').join(" and ")),
  fc.constantFrom(1_000, 4_090, 5_000).map((length) => `title eq "${"a".repeat(length)}"`),
  fc.constantFrom(1_000, 4_000).map((length) => `title co "${"\\\\".repeat(length / 2)}"`),
  fc.constantFrom(1_000, 4_000).map((length) => `${"a".repeat(length)} eq 1`),
  fc.constantFrom(500, 1_300).map((count) => `${"a.".repeat(count)}b eq 1`),
  fc.constantFrom(500, 1_300).map((count) => `${"urn:".repeat(count)}b eq 1`),
);

function expression(of: Name[]): fc.Arbitrary<string> {
  const known = fc.constantFrom(...of).chain((name) => about(name));
  const strange = fc
    .tuple(strangeWord, fc.constantFrom(...operators))
    .map(([word, operator]) => `${word} ${operator} 1`);
  return fc.oneof({ weight: 12, arbitrary: known }, { weight: 1, arbitrary: strange });
}

function about(name: Name): fc.Arbitrary<string> {
  const whole = comparison(name.text, name.type);
  if (name.subs.length === 0) return whole;
  const sub = fc.constantFrom(...name.subs).chain(({ text, type }) => comparison(`${name.text}.${text}`, type));
  const element = elementFilter(name).map((filter) => `${name.text}[${filter}]`);
  const after = fc
    .tuple(elementFilter(name), fc.constantFrom(...name.subs))
    .chain(([filter, { text, type }]) => comparison(`${name.text}[${filter}].${text}`, type));
  return fc.oneof(whole, sub, sub, element, after);
}

function comparison(path: string, type: string): fc.Arbitrary<string> {
  const spelling = spelled(fc.constant(path));
  const compared = fc
    .tuple(spelling, fc.constantFrom(...operators), valueFor(type))
    .map(([name, operator, value]) => `${name} ${operator} ${JSON.stringify(value)}`);
  return fc.oneof({ weight: 5, arbitrary: compared }, { weight: 1, arbitrary: spelling.map((name) => `${name} pr`) });
}

function logical(leaf: fc.Arbitrary<string>, maxDepth = 3): fc.Arbitrary<string> {
  return fc.letrec<{ node: string }>((tie) => {
    const several = fc.array(tie("node"), { minLength: 2, maxLength: 4 });
    return {
      node: fc.oneof(
        { maxDepth, withCrossShrink: true },
        { weight: 4, arbitrary: leaf },
        { weight: 1, arbitrary: several.map((all) => `(${all.join(" and ")})`) },
        { weight: 1, arbitrary: several.map((all) => all.join(" or ")) },
        { weight: 1, arbitrary: tie("node").map((inner) => `not (${inner})`) },
      ),
    };
  }).node;
}
