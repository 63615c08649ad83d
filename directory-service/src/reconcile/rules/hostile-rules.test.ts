import { readFile } from "node:fs/promises";
import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import * as bounds from "./bounds.ts";
import { checkRules } from "./check-expressions.ts";
import { compileRuleSet } from "./compile.ts";
import { evaluateRules } from "./evaluate.ts";
import { patternOf } from "./functions/pattern.ts";
import { STEP_LIMIT, spend, startSteps } from "./step-budget.ts";
import { validateRuleSet } from "./validate.ts";
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

describe("all expressions of a rule set", () => {
  /** 50 rules whose expressions have so many words and signs together. */
  function ofWords(count: number): Rule[] {
    const one = "[0,0,0,0]";
    const perRule = Math.floor(count / 50);
    return Array.from({ length: 50 }, (_, index) => {
      // "true" and "x == x" are counted, too.
      const words = (index === 0 ? perRule + (count % 50) : perRule) - 1;
      const whole = Math.min(62, Math.floor(words / 9) - 1);
      const rest = words - whole * 9;
      const expressions = [...Array(whole).fill(one), `0${times((rest - 1) >> 1, "+0")}`];
      if (rest % 2 === 0) expressions.push("0");
      return rule({ name: `R${index}`, let: expressions.map((expression, at) => ({ name: `x${at}`, expression })) });
    });
  }

  it("may have as many words and signs as the limit says, and not one more", () => {
    const errors = (count: number) =>
      checkRules(KIND, ofWords(count)).flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
    expect(new Set(errors(bounds.RULE_SET_TOKEN_LIMIT + 1))).toEqual(
      new Set(["All expressions together have more than 50000 words and signs."]),
    );
    expect(errors(bounds.RULE_SET_TOKEN_LIMIT)).not.toContain(
      "All expressions together have more than 50000 words and signs.",
    );
  });

  it("may call matches as often as the limit says, and not once more", () => {
    const rules = (count: number) =>
      Array.from({ length: 2 }, (_, at) =>
        rule({
          name: `R${at}`,
          when: `[${Array(Math.ceil((count - at) / 2))
            .fill("user.title.matches('a')")
            .join(", ")}].all(x, x)`,
        }),
      );
    expect(checkRules(KIND, rules(bounds.RULE_SET_PATTERN_LIMIT))).toEqual([]);
    expect(checkRules(KIND, rules(bounds.RULE_SET_PATTERN_LIMIT + 1)).map(({ message }) => message)).toEqual([
      "All expressions together call matches more than 100 times.",
    ]);
  });

  it("are looked at until there are errors enough: 10 in one, 200 in all", () => {
    const wrong = Array(60).fill("nothing").join(" + ");
    const lets = Array.from({ length: 40 }, (_, at) => ({ name: `x${at}`, expression: wrong }));
    const problems = checkRules(KIND, [rule({ let: lets })]);
    expect(problems.filter(({ path }) => path === "let.x0")).toHaveLength(10);
    expect(problems).toHaveLength(200);
    expect(problems.every(({ severity }) => severity === "error")).toBe(true);
  });

  it("have 200 warnings at most, which hide no error", () => {
    const lets = Array.from({ length: 60 }, (_, at) => ({ name: `x${at}`, expression: "1" }));
    const rules = Array.from({ length: 10 }, (_, at) => rule({ name: `R${at}`, let: lets }));
    const problems = checkRules(KIND, [...rules, rule({ name: "Last", when: "nothing" })]);
    expect(problems.filter(({ severity }) => severity === "warning")).toHaveLength(200);
    expect(problems.filter(({ severity }) => severity === "error")).toHaveLength(1);
    // Only the first ten warnings of an expression are kept, and its error all the same.
    const unsure = `${Array(20).fill("user.active").join(" && ")} && nothing`;
    const own = checkRules(KIND, [rule({ when: unsure })]);
    expect(own.map(({ severity }) => severity)).toEqual([...Array(10).fill("warning"), "error"]);
  });

  it("may be built on one another without growing: of objects within objects only so much is known", () => {
    // Without a bound each level would take twice the time of the one before.
    const towers = ["1", '"x"'].flatMap((value, tower) =>
      Array.from({ length: 30 }, (_, level) => {
        const below = `t${tower}_${level - 1}`;
        const expression = level === 0 ? `{"k": ${value}}` : `{"l": ${below}, "r": ${below}}`;
        return { name: `t${tower}_${level}`, expression };
      }),
    );
    const top = { name: "top", expression: "[t0_29, t1_29]" };
    expect(checkRules(KIND, [rule({ let: [...towers, top], when: "size(top) > 0" })])).toEqual([]);
  });

  it("may share parts: objects that are joined again and again are known still", () => {
    const lets = [
      { name: "a", expression: '{"k": {"name": 1}}' },
      { name: "b", expression: '{"k": {"name": "x"}, "m": 1}' },
      { name: "all", expression: `[${Array(60).fill("a, b").join(", ")}]` },
      { name: "wrong", expression: "first(all).k.nam" },
    ];
    const problems = checkRules(KIND, [rule({ let: lets, when: "wrong == wrong" })]);
    expect(problems.map(({ message, suggestion }) => [message, suggestion])).toEqual([
      ["The object has no field nam.", "name"],
    ]);
  });
});

describe("a name that every object of JavaScript has", () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  it.each(names)("%s means nothing in an expression", (name) => {
    for (const source of [
      name,
      `${name}(user)`,
      `user.${name}`,
      `user.${name}()`,
      `user.title.${name}('b')`,
      `user.emails.${name}(e, e)`,
      `String.${name}(user.title)`,
    ])
      expect(problemsIn(source)).not.toEqual([]);
    expect(problemsIn(`formatDate("a", "${name}", "dd")`)[0]).toMatch(/^This format cannot be used: /);
  });

  it.each(names)("%s means nothing in a file", (name) => {
    for (const line of [`${name}: 1`, `disabled: ${name}`, `when: ${name}`, `set: {${name}: '1'}`]) {
      const text = `kind: scim_user\nrules:\n  - name: A\n    ${line}\n`;
      const { problems } = validateRuleSet(undefined, { text });
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.map(({ suggestion }) => typeof suggestion)).toEqual(problems.map(() => "string"));
    }
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
    ["long texts cut", [["x", "user.emails.map(a, user.roles.map(b, user.title.substring(1).size()))"]], STEPS],
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
