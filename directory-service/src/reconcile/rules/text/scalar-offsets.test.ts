import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, type Scalar } from "yaml";
import { readYaml } from "./read-yaml.ts";
import { offsetInScalar } from "./scalar-offsets.ts";

/** The value of `a` in a map, where the text is one. */
function scalarIn(text: string): Scalar.Parsed | undefined {
  const { contents, problems } = readYaml(text);
  const value = isMap(contents) && problems.length === 0 ? contents.items[0]?.value : undefined;
  return isScalar(value) && typeof value.value === "string" ? value : undefined;
}

/** For each character of the value what the text has there. */
function charactersAt(text: string): [string, string | undefined][] {
  const scalar = scalarIn(text);
  if (!scalar) throw new Error("no scalar there");
  const characters = [...(scalar.value as string)];
  return characters.map((character, index) => {
    const offset = offsetInScalar(scalar, index);
    return [character, String.fromCodePoint(text.codePointAt(offset) ?? 0)];
  });
}

const PIECES = [
  "b",
  "c",
  "😀",
  " ",
  "  ",
  "\t",
  "\n",
  "\r\n",
  "\n\n",
  "\n  ",
  "\n ",
  "\n   ",
  "'",
  "''",
  '"',
  "\\",
  "#",
  ":",
];
const ESCAPES = ["\\n", "\\t", "\\x41", "\\u00e9", "\\U0001F600", "\\\n  ", '\\"', "\\\\", "\\/", "\\e", "\\N", "\\ "];
const pieces = (...more: string[]) =>
  fc.array(fc.constantFrom(...PIECES, ...more), { maxLength: 30 }).map((all) => all.join(""));

describe("where the characters of a value stand in the text", () => {
  const styles: [string, fc.Arbitrary<string>][] = [
    ["plain", pieces().map((text) => `a: b${text}`)],
    ["single-quoted", pieces().map((text) => `a: '${text}'`)],
    ["double-quoted", pieces(...ESCAPES).map((text) => `a: "${text}"`)],
    [
      "block",
      fc
        .tuple(fc.constantFrom("|", ">"), fc.constantFrom("", "2", "1"), fc.constantFrom("", "-", "+"), pieces())
        .map(([style, indent, chomp, text]) => `a: ${style}${indent}${chomp}\n  b${text}\n`),
    ],
    [
      "block, with what comes before the first word and without a last line break",
      fc
        .tuple(fc.constantFrom("|", ">"), fc.constantFrom("", "-", "+"), pieces())
        .map(([style, chomp, text]) => `a: ${style}${chomp} # why\r\n  ${text}`),
    ],
  ];
  it.each(styles)("is known of %s scalars", (_, texts) => {
    let read = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const scalar = scalarIn(text);
        if (!scalar) return;
        read++;
        const characters = [...(scalar.value as string)];
        const offsets = characters.map((_, index) => offsetInScalar(scalar, index));
        // The same character, or one that stands for it: an escape, a quote that is doubled, a line break or a blank.
        for (const [index, character] of characters.entries()) {
          const there = String.fromCodePoint(text.codePointAt(offsets[index] as number) ?? 0);
          const folded = character === " " || character === "\n" ? ["\n", "\r", " ", "\t"] : [];
          expect([character, "\\", ...folded, ...(text.length === offsets[index] ? ["\0"] : [])]).toContain(there);
        }
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        const [start, end] = scalar.range;
        for (const offset of offsets) expect(offset >= start && offset <= end).toBe(true);
        // Only one that could not be traced has all its characters in one place.
        if (characters.length > 8) expect(new Set(offsets).size).toBeGreaterThan(1);
      }),
      { numRuns: 1_500 },
    );
    expect(read).toBeGreaterThan(200);
  });

  it("is right to the letter where lines are folded, quotes doubled and characters escaped", () => {
    expect(charactersAt("a: x y\n  z")).toEqual([
      ["x", "x"],
      [" ", " "],
      ["y", "y"],
      [" ", "\n"],
      ["z", "z"],
    ]);
    expect(charactersAt("a: 'x''y'")).toEqual([
      ["x", "x"],
      ["'", "'"],
      ["y", "y"],
    ]);
    expect(charactersAt('a: "\\u0041B\\\n  C"')).toEqual([
      ["A", "\\"],
      ["B", "B"],
      ["C", "C"],
    ]);
    expect(charactersAt("a: >\n  x\n  y\n\n  😀z\n").map(([, there]) => there)).toEqual([
      "x",
      "\n",
      "y",
      "\n",
      "😀",
      "z",
      "\n",
    ]);
    expect(charactersAt("a: |-\r\n    x\r\n      y").map(([, there]) => there)).toEqual(["x", "\n", " ", " ", "y"]);
  });
});
