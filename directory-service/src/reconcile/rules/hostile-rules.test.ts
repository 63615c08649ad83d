import { readFile } from "node:fs/promises";
import { celList } from "@bufbuild/cel";
import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import * as bounds from "./bounds.ts";
import { fromCel } from "./cel-values.ts";
import { checkRules } from "./check-expressions.ts";
import { compileRuleSet } from "./compile.ts";
import { evaluateRules } from "./evaluate.ts";
import { methods } from "./functions/methods.ts";
import { patternOf } from "./functions/pattern.ts";
import { charactersOf, textOf } from "./functions/values.ts";
import { checkSteps, STEP_LIMIT, spend, startSteps } from "./step-budget.ts";
import { complete, userVariables, type Variables } from "./variables.ts";

const KIND = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

function rule(parts: Partial<Rule>): Rule {
  return { name: "R", description: "", disabled: false, let: [], when: "true", set: [], onCreate: [], ...parts };
}

function problemsIn(expression: string): string[] {
  return checkRules(KIND, [rule({ let: [{ name: "x", expression }], when: "x == x" })]).map(({ message }) => message);
}

function times(count: number, text: string): string {
  return text.repeat(count);
}

describe("a hostile rule set is refused", () => {
  it.each<[string, string, string]>([
    ["brackets in brackets", times(2_000, "("), "Brackets are nested more than 32 deep."],
    ["lists in lists", `${times(33, "[")}${times(33, "]")}`, "Brackets are nested more than 32 deep."],
    ["calls in calls", `${times(33, "lower(")}'a'${times(33, ")")}`, "Brackets are nested more than 32 deep."],
    ["mixed brackets", times(500, "([{f("), "Brackets are nested more than 32 deep."],
    [
      "conditions in conditions",
      `${times(101, "a?b:")}c`,
      "It has more than 100 conditions (“?”); switch(x, {…}) looks a value up.",
    ],
    ["a long source", `'${times(4_095, "x")}'`, "It has 4097 characters; the limit is 4096."],
    ["a long source of wide characters", `'${times(4_095, "😀")}'`, "It has 4097 characters; the limit is 4096."],
    ["many nodes", `1${times(250, "+1")}`, "It has 501 nodes, macros expanded; the limit is 500. Part it with “let”."],
    [
      "a deep tree",
      `user${times(2_000, ".a")}`,
      "It has 2001 nodes, macros expanded; the limit is 500. Part it with “let”.",
    ],
    [
      "macros in macros",
      "user.emails.map(a, user.emails.map(b, user.emails.map(c, c.value)))",
      "Its macros are nested 3 deep; the limit is 2.",
    ],
    ["deep macros", `${times(31, "[1].map(x,")}x${times(31, ")")}`, "Its macros are nested 31 deep; the limit is 2."],
    [
      "a large pattern",
      "user.title.matches('(a{30}){30}b{200}')",
      "This pattern cannot be used: the pattern is too large: 1162 instructions; the limit is 1000.",
    ],
    [
      "a long pattern",
      `user.title.matches('${times(257, "a")}')`,
      "This pattern cannot be used: a pattern has more than 256 characters.",
    ],
    [
      "a pattern that RE2 refuses",
      "user.title.matches('(a{1000}){1000}')",
      "This pattern cannot be used: error parsing regexp: invalid repeat count: `{1000}`.",
    ],
    [
      "a pattern out of a record",
      "user.title.matches(user.userName)",
      'A pattern stands in the expression itself, in quotes: x.matches("^[A-Z]+$").',
    ],
    ["timestamps", "timestamp('2024-01-01T00:00:00Z')", "There is no function timestamp."],
    ["durations", "duration('1s')", "There is no function duration."],
    ["types", "type(user)", "There is no function type."],
    ["dynamic values", "dyn(user)", "There is no function dyn."],
    ["bytes", "b'abc'", "Rules have no bytes and no unsigned numbers."],
    ["unsigned numbers", "1u", "Rules have no bytes and no unsigned numbers."],
    ["messages", "google.protobuf.Struct{}", "An operator is missing before “{”."],
    ["what the compiler writes", "@at(user, 'x')", "“@” has no meaning here."],
    ["half a character", "'\\ud800'", "It cannot be read: surrogate code points are not allowed."],
    ["nothing but comments", times(2_000, "//"), "There is no expression."],
  ])("for %s", (_case, expression, message) => {
    expect(problemsIn(expression)).toEqual([message]);
  });

  it("for thousands of rules, which are not even read", () => {
    const rules = Array.from({ length: 5_000 }, (_, index) => rule({ name: `R${index}`, when: "(((" }));
    expect(checkRules(KIND, rules).map(({ message }) => message)).toEqual(["There are 5000 rules; the limit is 50."]);
  });

  it("for thousands of expressions in a rule, which are not even read", () => {
    const lets = Array.from({ length: 5_000 }, (_, index) => ({ name: `x${index}`, expression: "(((" }));
    expect(checkRules(KIND, [rule({ let: lets })]).map(({ message }) => message)).toEqual([
      "It has 5000 expressions; the limit is 64.",
    ]);
  });

  it("for long names and descriptions", () => {
    const problems = checkRules(KIND, [
      rule({ name: times(129, "n"), description: times(4_097, "d"), let: [{ name: times(65, "l"), expression: "1" }] }),
    ]);
    expect(problems.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([
      "The name has more than 128 characters.",
      "The description has more than 4096 characters.",
      "The name has more than 64 characters.",
    ]);
  });

  it.each([
    `${times(31, "!(")}true${times(31, ")")}`,
    `${times(4_000, "!")}true`,
    `${times(31, "(true?")}true${times(31, ":true)")}`,
    `${times(31, "(")}true${times(31, "?true:true)")}`,
    `${times(99, "true?true:")}true`,
  ])("but not for what is merely odd: %.20s…", (expression) => {
    expect(problemsIn(expression)).toEqual([]);
  });
});

describe("a pattern", () => {
  it("takes no more instructions for repetitions in repetitions, which RE2 runs side by side", () => {
    const { instructions } = patternOf("(a+)+$");
    expect(instructions).toBeLessThan(12);
    // A matcher that tries again would need 2^50 steps for this one.
    expect(patternOf("^(a+)+$").test(`${times(50, "a")}!`)).toBe(false);
    expect(patternOf("^(a|a)*$").test(`${times(5_000, "a")}!`)).toBe(false);
  });
});

describe("a hostile record and rule fail that record only:", () => {
  const many = (value: (index: number) => string) =>
    Array.from({ length: 200 }, (_, index) => ({ value: value(index) }));
  const user = {
    emails: many((index) => `a${index}@x.example`),
    roles: many((index) => `r${index}`),
    title: times(4_096, "x"),
  };
  const variables = (given: object) => complete(userVariables, { user: given }) as Variables;
  const STEPS = `the rules take more than ${STEP_LIMIT.toLocaleString("en")} steps on this record`;
  const TEXT = "a text has more than 65,536 characters";
  const LIST = "a list has more than 1,000 elements";
  // 65,536 characters.
  const LONG: [string, string][] = [
    ["t", "user.title"],
    ["u", "t + t + t + t"],
    ["long", "u + u + u + u"],
  ];

  it.each<[string, [string, string][], string]>([
    ["texts that grow", [...LONG, ["x", "long + 'a'"]], TEXT],
    ["texts that grow by replacing", [...LONG, ["x", "long.replace('x', 'xx')"]], TEXT],
    ["texts that grow by joining", [...LONG, ["x", "join([long, long], '')"]], TEXT],
    ["texts that grow within an expression", [...LONG, ["x", "size((long + long) + (long + long)) > 0"]], TEXT],
    [
      "lists that grow",
      [
        ["l", "user.emails + user.emails + user.emails"],
        ["x", "l + l"],
      ],
      LIST,
    ],
    [
      "loops in loops, rule for rule",
      Array.from({ length: 4 }, (_, n) => [
        `l${n}`,
        "user.emails.exists(e, user.roles.all(r, e.value + 'a' != r.value + 'a'))  == deleted",
      ]),
      "",
    ],
    [
      "products of lists",
      [
        ["l", "user.emails + user.emails + user.emails"],
        ["x", "l.map(a, l.map(b, a.value == b.value))"],
      ],
      STEPS,
    ],
    ["lists of lists of lists", [["x", "user.emails.map(a, user.roles.map(b, user.emails))"]], STEPS],
    ["long texts in loops", [...LONG, ["x", "user.emails.map(a, user.roles.map(b, long.contains(a.value)))"]], STEPS],
    ["long texts compared", [...LONG, ["x", "user.emails.map(a, user.roles.map(b, long == long))"]], STEPS],
    ["objects compared", [["x", "user.emails.map(a, user.roles.map(b, user == person))"]], STEPS],
    ["patterns in loops", [...LONG, ["x", "user.emails.map(a, user.roles.map(b, long.matches('(x+x+)+y')))"]], STEPS],
    [
      "errors swallowed in loops",
      [
        ["l", "user.emails + user.emails + user.emails"],
        ["x", "l.exists(a, l.map(b, b.value == a.value).size() / 0 == 1) || true"],
        ["y", "l.map(a, l.map(b, a == b))"],
      ],
      STEPS,
    ],
    [
      "steps swallowed by ||",
      [["x", "user.emails.exists(e, user.emails.exists(f, user.emails == user.roles)) || true"]],
      STEPS,
    ],
    [
      "steps swallowed by &&",
      [["x", "!(user.emails.all(e, user.emails.all(f, user.emails != user.roles)) && false)"]],
      STEPS,
    ],
    ["numbers too large", [["x", "9223372036854775807 + 1"]], "a whole number is too large"],
    ["division by zero", [["x", "1 / 0"]], "divide by zero"],
    ["texts that are no number", [["x", "int(user.title)"]], "int needs the digits of a whole number"],
  ])("%s", (_case, lets, message) => {
    const named = lets.map(([name, expression]) => ({ name, expression }));
    const ruleSet = compileRuleSet(KIND, 1, [rule({ let: named })]);
    const error = evaluateRules(ruleSet, variables(user)).error;
    if (message === "") expect(error).toBeUndefined();
    else {
      expect(error?.message).toContain(message);
      expect(error?.message.length).toBeLessThan(600);
    }
    const none = named.some(({ expression }) => /\/ 0$|807|int\(/.test(expression));
    if (!none) expect(evaluateRules(ruleSet, variables({})).error).toBeUndefined();
  });

  it.each<[string, number, () => unknown]>([
    ["64 characters of a text", 10, () => textOf(times(640, "x"))],
    ["8 characters of a text that is gone through", 80, () => charactersOf(times(640, "x"))],
    ["an eighth of 64 characters of a text that is given", 80, () => fromCel(times(640, "x"))],
    ["an eighth of an element that is given", 80, () => fromCel(celList(Array(10).fill(1)))],
  ])("a step is %s", (_case, steps, work) => {
    startSteps();
    spend(STEP_LIMIT - steps);
    expect(work).not.toThrow();
    expect(work).toThrow(STEPS);
    // It stays so until the next record, whoever swallowed the error.
    expect(checkSteps).toThrow(STEPS);
  });

  it("a pattern takes the text's length times its instructions by 64", () => {
    const { instructions } = patternOf("(x+x+)+y");
    const run = () => methods.find(({ name }) => name === "matches")?.run(times(640, "x"), "(x+x+)+y");
    startSteps();
    // Of both texts their length as well, which is short here.
    spend(STEP_LIMIT - 10 * instructions - 10);
    expect(run).not.toThrow();
    startSteps();
    spend(STEP_LIMIT - 10 * instructions - 9);
    expect(run).toThrow(STEPS);
  });

  it("steps are counted for each record anew", () => {
    startSteps();
    spend(STEP_LIMIT);
    expect(() => spend(1)).toThrow(STEPS);
    startSteps();
    expect(() => spend(1)).not.toThrow();
  });
});

it("docs/rules.md has every bound with its limit", async () => {
  const text = await readFile(new URL("../../../../docs/rules.md", import.meta.url), "utf8");
  const section = (text.split("\n## Bounds\n")[1] ?? "").split("\n## ")[0] ?? "";
  const documented = [...section.matchAll(/^\| .*?(?= \|$)/gm)].flatMap(
    ([row]) => row.match(/(?<![A-Z])\d[\d,]*/g) ?? [],
  );
  const limits = [...Object.values(bounds).filter((bound) => typeof bound === "number"), STEP_LIMIT];
  const inOrder = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
  expect(inOrder(documented.map((number) => Number(number.replaceAll(",", ""))))).toEqual(inOrder(limits));
});
