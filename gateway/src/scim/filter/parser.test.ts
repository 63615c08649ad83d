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
    ["a eq -150", compare("a", -150)],
    ["a eq -1.5e2", { kind: "compare", path: { name: "a" }, operator: "eq", value: -150, literal: "-1.5e2" }],
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

  it.each<[string, FilterAst]>([
    ["userName eq bjensen", compare("userName", "bjensen")],
    ["userName sw J", compare("userName", "J", "sw")],
    ["userName eq first.last@example.com", compare("userName", "first.last@example.com")],
    ["userName Eq A'KELAH", compare("userName", "A'KELAH")],
    ["userName eq jürgen", compare("userName", "jürgen")],
    ["(userName eq bjensen)", compare("userName", "bjensen")],
    ["id eq 2819c223-7f76-453a-919d-413861904646", compare("id", "2819c223-7f76-453a-919d-413861904646")],
    ["a gt 2011-05-13T04:42:34Z", compare("a", "2011-05-13T04:42:34Z", "gt")],
    ["a eq 01", compare("a", "01")],
    ["a eq 1e999", compare("a", "1e999")],
    ["a eq WSO2.COM/admin", compare("a", "WSO2.COM/admin")],
    ["a eq 'x y'", compare("a", "x y")],
    ["(a eq '')", compare("a", "")],
    ["a eq 'true'", compare("a", "true")],
    [
      "emails[type eq work].value eq anna@example.com",
      {
        kind: "compare",
        path: { name: "emails", element: compare("type", "work"), sub: "value" },
        operator: "eq",
        value: "anna@example.com",
      },
    ],
    ["a eq 1.50", { kind: "compare", path: { name: "a" }, operator: "eq", value: 1.5, literal: "1.50" }],
    ['a eq\r\n "x"\t\n', compare("a", "x")],
  ])("reads the value of %j, which has one meaning", (text, expected) => {
    expect(parseFilter(text)).toEqual(expected);
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
    ["userName eq and", 12, 'a value: a "string", a number, true, false or null', "and"],
    ['userName eq eq "x"', 12, 'a value: a "string", a number, true, false or null', "eq"],
    ["userName eq pr", 12, 'a value: a "string", a number, true, false or null', "pr"],
    ["displayName eq Sales Team", 21, '"and", "or" or the end', "Team"],
    ["userName eq 'x", 12, 'a string in "double quotes"', "'x"],
    ["userName eq 'O'Malley'", 12, 'a string in "double quotes"', "'O'Malley'"],
    ["userName eq 'a\\b'", 12, 'a string in "double quotes"', "'a\\b'"],
    ["userName eq x'", 12, "a name, a value or a bracket", "x'"],
    ["userName eq “x”", 12, "a name, a value or a bracket", "“x”"],
    ["userName eq ‘x’", 12, "a name, a value or a bracket", "‘x’"],
    ["userName eq corp\\adam", 16, "a name, a value or a bracket", "\\adam"],
    ["userName eq \ud800", 12, "a string that can be stored", "a NUL character or half a surrogate pair"],
    ["userName%20eq%20%22x%22", 0, "an attribute name", "userName%20eq%20%22x%22"],
    ["userName=x", 0, "an attribute name", "userName=x"],
    ['userName == "x"', 9, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le)", "=="],
    ["'userName' eq 1", 0, "an attribute name", 'the string "userName"'],
    ['userName is "x"', 9, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le)", "is"],
    ['userName eq "x', 14, 'a closing "', "the end"],
    ['userName eq "x" and', 19, "an attribute name", "the end"],
    ['userName eq "x" userName', 16, '"and", "or" or the end', "userName"],
    ['(userName eq "x"', 16, '"and", "or" or ")"', "the end"],
    ['userName eq "x")', 15, '"and", "or" or the end', '")"'],
    ["not a eq 1", 4, '"("', "a"],
    ["1a eq 1", 0, "an attribute name", "1a"],
    ["a eq 1and b eq 2", 10, '"and", "or" or the end', "b"],
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
    ['a eq "\\x"', 5, "a JSON string, each backslash doubled", '"\\x"'],
    ['a eq "corp\\user"', 5, "a JSON string, each backslash doubled", '"corp\\user"'],
    ['a eq "\\u0000"', 5, "a string that can be stored", "a NUL character or half a surrogate pair"],
    ['a eq "\\ud800"', 5, "a string that can be stored", "a NUL character or half a surrogate pair"],
    ["a = 1", 2, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le)", "="],
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
