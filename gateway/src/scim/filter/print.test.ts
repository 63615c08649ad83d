import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttributePath, FilterAst } from "./ast.ts";
import { FilterSyntaxError } from "./lexer.ts";
import { parseFilter } from "./parser.ts";
import { printFilter } from "./print.ts";

const name = fc.oneof(
  { weight: 9, arbitrary: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,9}$/).filter((text) => !isKeyword(text)) },
  { weight: 1, arbitrary: fc.constant("$ref") },
);
const urn = fc.constantFrom(
  "urn:ietf:params:scim:schemas:core:2.0:User",
  "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields",
);
const storable = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0") && text.isWellFormed());
const value = fc.oneof(
  storable,
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.boolean(),
  fc.constant(null),
);
/** Numbers that JSON.stringify writes otherwise. */
const literal = fc.tuple(fc.integer(), fc.constantFrom(".0", ".50", "e3", "E-2")).map((parts) => parts.join(""));
const operator = fc.constantFrom("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le");

function isKeyword(text: string): boolean {
  return ["and", "or", "not"].includes(text.toLowerCase());
}

function pathOf(element?: fc.Arbitrary<FilterAst>): fc.Arbitrary<AttributePath> {
  const required = { name, ...(element && { element }) };
  return fc.record({ urn, sub: name, ...required }, { requiredKeys: Object.keys(required) as never }) as never;
}

function expressionOn(path: fc.Arbitrary<AttributePath>): fc.Arbitrary<FilterAst> {
  return fc.oneof(
    fc.record({ kind: fc.constant("compare"), path, operator, value }),
    fc.tuple(path, operator, literal).map(([path, operator, literal]) => ({
      kind: "compare",
      path,
      operator,
      value: Number(literal),
      literal,
    })),
    fc.record({ kind: fc.constant("present"), path }),
  ) as fc.Arbitrary<FilterAst>;
}

function logical(leaf: fc.Arbitrary<FilterAst>): fc.Arbitrary<FilterAst> {
  return fc.letrec<{ node: FilterAst }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc.record({
        kind: fc.constantFrom("and", "or"),
        operands: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
      }) as fc.Arbitrary<FilterAst>,
      fc.record({ kind: fc.constant("not"), operand: tie("node") }) as fc.Arbitrary<FilterAst>,
    ),
  })).node;
}

const inElement = logical(expressionOn(pathOf()));
const valuePath = pathOf(inElement);
const filter = logical(
  fc.oneof(
    expressionOn(pathOf()),
    expressionOn(valuePath),
    valuePath.map(({ sub: _, ...path }): FilterAst => ({ kind: "valuePath", path })),
  ),
).filter((ast) => Buffer.byteLength(printFilter(ast)) <= 4_096 && printFilter(ast).split(" ").length < 250);

describe("printFilter", () => {
  it("writes what parses to the same tree", () => {
    fc.assert(
      fc.property(filter, (ast) => {
        const text = printFilter(ast);
        let parsed: FilterAst;
        try {
          parsed = parseFilter(text);
        } catch (error) {
          // A random tree may be larger than a filter may be.
          if (error instanceof FilterSyntaxError && error.found === "one more") return;
          throw error;
        }
        expect(parsed).toEqual(ast);
      }),
      { numRuns: 1_000 },
    );
  });

  it("uses parentheses only where the tree needs them", () => {
    for (const text of [
      "a eq 1 or b eq 2 and not (c pr)",
      '(a eq 1 or b eq 2) and c eq "x\\"y"',
      'emails[type eq "work" and value co "@x"].value ne null',
      "a eq 1 and (b eq 2 and c eq 3)",
      "a eq 1.50 or a eq 1e3",
    ]) {
      expect(printFilter(parseFilter(text))).toBe(text);
    }
  });
});

describe("printFilter of what clients write in their own way", () => {
  it.each([
    ["userName EQ bjensen", 'userName eq "bjensen"'],
    ["USERNAME Eq 'b jensen'", 'USERNAME eq "b jensen"'],
    [" ( active eq TRUE )  AND  emails[ type eq work ] ", 'active eq true and emails[type eq "work"]'],
    ["a eq 01", 'a eq "01"'],
  ])("writes %j in the form of the RFC", (text, canonical) => {
    const ast = parseFilter(text);
    expect(printFilter(ast)).toBe(canonical);
    expect(parseFilter(canonical)).toEqual(ast);
  });
});

describe("parseFilter on anything at all", () => {
  const fragment = fc.constantFrom(
    ...'( ) [ ] . eq pr and or not true null 1 -1.5 1a " \\ "x" "\\u00e9" a.b a..b urn:x:2.0:User:a $ref emails[ ].value { bare@x \'x\' \''.split(
      " ",
    ),
  );

  it.each([
    ["words of the grammar", fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(" "))],
    ["words of the grammar without blanks", fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(""))],
    ["any text", fc.string({ unit: "binary", maxLength: 200 })],
  ])("throws nothing but its own error: %s", (_, text) => {
    fc.assert(
      fc.property(text, (input) => {
        try {
          parseFilter(input);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterSyntaxError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
