import { describe, expect, it } from "vitest";
import type { ScimError } from "../error.ts";
import type { FilterAst } from "./ast.ts";
import { FilterSyntaxError } from "./lexer.ts";
import { parseFilter } from "./parser.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function compare(name: string, value: string | number | boolean | null, operator = "eq"): FilterAst {
  return { kind: "compare", path: { name }, operator, value } as FilterAst;
}

const a = compare("a", 1);
const b = compare("b", 2);
const c = compare("c", 3);

describe("parseFilter", () => {
  it.each<[string, FilterAst]>([
    ['userName eq "bjensen"', compare("userName", "bjensen")],
    [
      'name.familyName co "O\'Malley"',
      { kind: "compare", path: { name: "name", sub: "familyName" }, operator: "co", value: "O'Malley" },
    ],
    [
      'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
      {
        kind: "compare",
        path: { urn: "urn:ietf:params:scim:schemas:core:2.0:User", name: "userName" },
        operator: "sw",
        value: "J",
      },
    ],
    [`${enterprise}:manager.value pr`, { kind: "present", path: { urn: enterprise, name: "manager", sub: "value" } }],
    ["title pr", { kind: "present", path: { name: "title" } }],
    [
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      { kind: "compare", path: { name: "meta", sub: "lastModified" }, operator: "gt", value: "2011-05-13T04:42:34Z" },
    ],
    ["members.$ref pr", { kind: "present", path: { name: "members", sub: "$ref" } }],
    ["a eq -1.5e2", compare("a", -150)],
    ["a eq true", compare("a", true)],
    ["a ne null", compare("a", null, "ne")],
    ['a eq "\\u00e9\\n\\"\\\\\\/"', compare("a", 'é\n"\\/')],
    ['  a\teq  "x"  ', compare("a", "x")],
  ])("reads %s", (text, expected) => {
    expect(parseFilter(text)).toEqual(expected);
  });

  it("takes operators, keywords and literals in any case", () => {
    expect(parseFilter("NOT (a EQ 1) And b Eq 2 oR active eq False")).toEqual({
      kind: "or",
      operands: [{ kind: "and", operands: [{ kind: "not", operand: a }, b] }, compare("active", false)],
    });
  });

  it("binds not tightest, then and, then or", () => {
    expect(parseFilter("a eq 1 or b eq 2 and c eq 3")).toEqual({
      kind: "or",
      operands: [a, { kind: "and", operands: [b, c] }],
    });
    expect(parseFilter("not (a eq 1) or b eq 2")).toEqual({ kind: "or", operands: [{ kind: "not", operand: a }, b] });
  });

  it("groups by parentheses and keeps one node for a chain", () => {
    expect(parseFilter("(a eq 1 or b eq 2) and c eq 3")).toEqual({
      kind: "and",
      operands: [{ kind: "or", operands: [a, b] }, c],
    });
    expect(parseFilter("a eq 1 and b eq 2 and c eq 3")).toEqual({ kind: "and", operands: [a, b, c] });
    expect(parseFilter("((a eq 1))")).toEqual(a);
  });

  it("reads value paths, alone, in logical expressions and before a sub-attribute", () => {
    const element: FilterAst = { kind: "and", operands: [compare("type", "work"), compare("value", "@x", "co")] };
    expect(parseFilter('emails[type eq "work" and value co "@x"]')).toEqual({
      kind: "valuePath",
      path: { name: "emails", element },
    });
    expect(parseFilter('a eq 1 and emails[type eq "work" and value co "@x"]')).toEqual({
      kind: "and",
      operands: [a, { kind: "valuePath", path: { name: "emails", element } }],
    });
    expect(parseFilter('emails[type eq "work"].value eq "x"')).toEqual({
      kind: "compare",
      path: { name: "emails", element: compare("type", "work"), sub: "value" },
      operator: "eq",
      value: "x",
    });
    expect(parseFilter('emails[not (type eq "work")].value pr')).toEqual({
      kind: "present",
      path: { name: "emails", element: { kind: "not", operand: compare("type", "work") }, sub: "value" },
    });
  });

  it.each([
    ["", 0, "an attribute name", "the end"],
    ["userName", 8, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le)", "the end"],
    ["userName eq", 11, 'a value: a "string", a number, true, false or null', "the end"],
    ["userName eq bjensen", 12, 'a value: a "string", a number, true, false or null', "bjensen"],
    ['userName is "x"', 9, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le)", "is"],
    ['userName eq "x', 14, 'a closing "', "the end"],
    ['userName eq "x" and', 19, "an attribute name", "the end"],
    ['userName eq "x" userName', 16, '"and", "or" or the end', "userName"],
    ['(userName eq "x"', 16, '"and", "or" or ")"', "the end"],
    ['userName eq "x")', 15, '"and", "or" or the end', '")"'],
    ["not a eq 1", 4, '"("', "a"],
    ["1a eq 1", 0, "a JSON number", "1a eq 1"],
    ["a eq 01", 5, "a JSON number", "01"],
    ["a eq 1e999", 5, "a JSON number", "1e999"],
    ["a eq 1and b eq 2", 5, "a JSON number", "1and b eq 2"],
    ["a..b eq 1", 0, "an attribute name", "a..b"],
    ["a.b.c eq 1", 0, "an attribute name", "a.b.c"],
    ["__proto__ eq 1", 0, "an attribute name", "__proto__"],
    ["and eq 1", 0, "an attribute name", "and"],
    ["emails[type eq 1", 16, '"and", "or" or "]"', "the end"],
    ["emails[phones[a eq 1]]", 13, "an operator, as value paths cannot be nested", '"["'],
    ["emails[a eq 1] .value eq 1", 15, '"and", "or" or the end', '"."'],
    ["emails[a eq 1].value", 20, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le)", "the end"],
    ["emails[]", 7, "an attribute name", '"]"'],
    ['a eq "\u0001"', 6, "an escaped character", "a control character"],
    ['a eq "\\x"', 5, "a JSON string", '"\\x"'],
    ['a eq "\\u0000"', 5, "a string that can be stored", "a NUL character or half a surrogate pair"],
    ['a eq "\\ud800"', 5, "a string that can be stored", "a NUL character or half a surrogate pair"],
    ["a = 1", 2, "a name, a value or a bracket", "= 1"],
  ])("refuses %j", (text, position, expected, found) => {
    const error = thrownBy(() => parseFilter(text));
    expect(error).toBeInstanceOf(FilterSyntaxError);
    expect(error).toMatchObject({ status: 400, scimType: "invalidFilter", position, expected, found });
    expect((error as ScimError).detail).toBe(`Expected ${expected} at position ${position}, found ${found}.`);
  });

  it("takes 4 KiB, 16 levels and 100 expressions, and not one more", () => {
    const filler = (length: number) => `a eq "${"x".repeat(length - 7)}"`;
    expect(parseFilter(filler(4096))).toMatchObject({ kind: "compare" });
    expect(() => parseFilter(filler(4097))).toThrow("at most 4096 bytes");
    expect(() => parseFilter(`a eq "${"é".repeat(2048)}"`)).toThrow("at most 4096 bytes");

    const nested = (depth: number) => `${"(".repeat(depth)}a eq 1${")".repeat(depth)}`;
    expect(parseFilter(nested(16))).toEqual(a);
    expect(() => parseFilter(nested(17))).toThrow("at most 16 levels of nesting");

    const chain = (length: number) => Array(length).fill("a eq 1").join(" or ");
    expect(parseFilter(chain(99))).toMatchObject({ kind: "or" });
    expect(() => parseFilter(chain(100))).toThrow("at most 100 expressions");
  });

  it.each(["(", "not (", "a[", "((a eq 1) and "])("refuses 100,000 times %j at once", (part) => {
    const start = performance.now();
    expect(() => parseFilter(part.repeat(100_000))).toThrow(FilterSyntaxError);
    expect(performance.now() - start).toBeLessThan(200);
  });

  it("costs no more for the sixteenth parenthesis than for the first", () => {
    const start = performance.now();
    for (let round = 0; round < 1_000; round++) parseFilter(`${"(".repeat(16)}a eq 1${")".repeat(16)}`);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
