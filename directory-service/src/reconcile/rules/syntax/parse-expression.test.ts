import { describe, expect, it } from "vitest";
import { parseExpression } from "./parse-expression.ts";

/** What is wrong with a source, as "<what is concerned>: message => suggestion". */
function problemIn(source: string): string {
  const parsed = parseExpression(source);
  if (!("message" in parsed)) return "";
  const { offset, length, message, suggestion } = parsed;
  return `${source.slice(offset, offset + length)}: ${message}${suggestion && ` => ${suggestion}`}`;
}

describe("a source that is no expression", () => {
  it.each([
    ["", ": There is no expression."],
    ["  // nothing\n", "  // nothing\n: There is no expression."],
    ["a +", "+: A value is missing after “+”."],
    ["a ==\n", "==: A value is missing after “==”."],
    ["* a", "*: A value is missing before “*”."],
    ["1 +* 2", "*: A value is missing between “+” and “*”."],
    ["f(1,,2)", ",: A value is missing between “,” and “,”."],
    ["user.", ".: A name is missing after “.”."],
    ["'abc", "'abc: This text has no closing quote."],
    ["'''abc''", "'''abc'': This text has no closing quote."],
    ["'a\nb'", "'a\nb': This text has no closing quote."],
    ["'it's'", "s: An operator is missing before “s”."],
    ["(1 + 2", "(: This “(” has no “)”."],
    ["f([1, 2)", "[: This “[” has no “]”."],
    ["1 + 2)", "): This “)” has nothing that it could close or part."],
    ["1, 2", ",: This “,” has nothing that it could close or part."],
    ["a ? b", "?: This “?” has no “:” after it."],
    ["f(a ? b)", "?: This “?” has no “:” after it."],
    ["a : b", ":: This “:” has no “?” before it."],
    ["a and b", "and: “and” is written “&&”. => &&"],
    ["a OR b", "OR: “OR” is written “||”. => ||"],
    ["not a", "not: “not” is written “!”. => !"],
    ["a = b", "=: “=” is written “==”. => =="],
    ["if a", "if: “if” is written as a condition: condition ? this : that."],
    ["“a”", '“: ““” is no quote that CEL knows: texts stand in " or \'. => "'],
    ["a b", "b: An operator is missing before “b”."],
    ["$a", "$: “$” has no meaning here."],
    ["a.in", "in: This is a word that CEL keeps for itself."],
    ["for", "for: “for” is a word that CEL keeps for itself."],
    ["'\\x4'", "'\\x4': It cannot be read: Invalid code point NaN."],
  ])("%j is told why and where", (source, problem) => {
    expect(problemIn(source)).toBe(problem);
  });
});

describe("an expression", () => {
  it.each([
    "a ? b : c ? d : e",
    "[1, 2,]",
    "{'a': b ? c : d, \"e\": [f(1)],}",
    "f() + x.g()[0].h",
    "--a != !!b",
    "r'\\d' + '''a'b''' + \"\\\"\" // an end",
    "a in [1] && .b.c",
    "1.5e3 + .5 + 0x1F",
    "user\n  .emails // all\n  .map(e, e.value)",
  ])("%j is one", (source) => {
    expect(problemIn(source)).toBe("");
  });

  it.each([
    ["user.emails.map(e, e.value)", "user.emails.map(e, e.value)"],
    ["  f(a)[1] ", "f(a)[1]"],
    ["'x' + [1, 2] // end", "'x' + [1, 2]"],
    ["{'a': 1}.a", "{'a': 1}.a"],
  ])("%j has a place from its first to its last letter", (source, whole) => {
    const parsed = parseExpression(source);
    if ("message" in parsed) throw new Error(parsed.message);
    const { offset, length } = parsed.places.whole(parsed.expr);
    expect(source.slice(offset, offset + length)).toBe(whole);
  });
});
