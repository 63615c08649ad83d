import { readFileSync } from "node:fs";
import { type Rule, RuleProblemSeverity } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryRules } from "../../../test/arbitrary-rules.ts";
import { DESCRIPTION_LIMIT, EXPRESSION_LIMIT, NAME_LIMIT, RULE_LIMIT } from "./bounds.ts";
import { defaultGroupRules, defaultUserRules } from "./default-rules.ts";
import { TEXT_LIMIT } from "./text/limits.ts";
import { printRuleSet } from "./text/print.ts";
import { type RuleSetContent, validateRuleSet, violationsOf } from "./validate.ts";

const { SCIM_RECORD_KIND_SCIM_USER: USER, SCIM_RECORD_KIND_SCIM_GROUP: GROUP } = ScimRecordKind;

/** Everything that keeps a rule set from being saved, as a client reads it. */
function refusals(content: RuleSetContent): string[] {
  return violationsOf(validateRuleSet(USER, content).problems).map(
    ({ field, description }) => `${field}: ${description}`,
  );
}

function rule(parts: Partial<Rule> = {}): Rule {
  const set = [{ name: "job_title", expression: "user.title" }];
  return { name: "A", description: "", disabled: false, let: [], when: "true", set, onCreate: [], ...parts };
}

describe("a rule set that is checked", () => {
  it("is accepted where nothing is wrong, as a file and as rules", () => {
    for (const [kind, rules] of [
      [USER, defaultUserRules],
      [GROUP, defaultGroupRules],
    ] as const) {
      expect(validateRuleSet(kind, { rules })).toEqual({ kind, rules, problems: [] });
      expect(validateRuleSet(undefined, { text: printRuleSet(kind, rules) })).toEqual({ kind, rules, problems: [] });
    }
  });

  it("is told everything that is wrong with a file at once, in the order of the file", () => {
    const text = `kind: scim_user
rules:
  - name: People
    let:
      full_name: joinPresent([user.name.givenName, user.name.familyName], " ")
      short: |
        full_name
          + later
      later: 'fullName'
    lst: {}
    when: user.title
    set:
      jobtitle: short + later
      vip: 5
      location: >-
        user.enterprise
        .lokation
  - name: People
    when: "true"
    set:
      name: firstPresnt([user.displayName])
`;
    expect(refusals({ text })).toEqual([
      "text: line 8, column 13: later is used before it is defined: expressions are evaluated in their order.",
      "text: line 9, column 15: There is no variable fullName. Did you mean full_name?",
      "text: line 10, column 5: There is no key lst here. Did you mean let?",
      "text: line 11, column 11: This needs true or false, and gives text.",
      "text: line 13, column 7: There is no field jobtitle to set. Did you mean job_title?",
      'text: line 14, column 12: An expression is text: put it in quotes or after |-; this is the number 5. Did you mean "5"?',
      "text: line 17, column 10: user.enterprise has no field lokation. Did you mean location?",
      "text: line 18, column 11: Another rule has this name.",
      "text: line 21, column 13: There is no function firstPresnt. Did you mean firstPresent?",
    ]);
  });

  it("is told where in an expression, where rules were given", () => {
    const rules = [
      rule({ when: "true\n  && user.titl == '😀'", let: [{ name: "2x", expression: "user.titl" }] }),
      rule({ name: "" }),
    ];
    expect(validateRuleSet(USER, { rules }).problems).toMatchObject([
      { field: "rules[0].let.2x", rule: "A", path: "let.2x", line: 0, column: 0, length: 2 },
      { field: "rules[0].let.2x", severity: RuleProblemSeverity.RULE_PROBLEM_SEVERITY_WARNING },
      { field: "rules[0].let.2x", rule: "A", path: "let.2x", line: 1, column: 6, length: 4 },
      { field: "rules[0].when", rule: "A", path: "when", line: 2, column: 11, length: 4 },
      { field: "rules[1].name", rule: "", path: "name", line: 1, column: 1 },
    ]);
    expect(refusals({ rules }).at(-1)).toBe("rules[1].name: line 1, column 1: A rule needs a name.");
  });

  it("is accepted as docs/rules.md shows it", () => {
    const page = readFileSync(new URL("../../../../docs/rules.md", import.meta.url), "utf8");
    const [text = ""] = Array.from(page.matchAll(/```yaml\n(.*?)```/gs), ([, block = ""]) => block).filter((block) =>
      /^kind: /m.test(block),
    );
    expect(validateRuleSet(undefined, { text })).toMatchObject({ kind: GROUP, problems: [] });
  });

  it("must have the kind that is asked for", () => {
    const text = printRuleSet(GROUP, []);
    expect(refusals({ text })).toEqual([
      "text: line 1, column 7: These are rules of the kind scim_group; rules of the kind scim_user are asked for. Did you mean scim_user?",
    ]);
    expect(violationsOf(validateRuleSet(undefined, { text }).problems)).toEqual([]);
    expect(validateRuleSet(undefined, { text: "rules: []" })).toMatchObject({ kind: undefined, rules: [] });
  });

  it("says nothing that only follows from what could not be read", () => {
    const text = (lines: string) => `kind: scim_user\nrules:\n  - name: A\n    when: b\n${lines}`;
    expect(refusals({ text: text("    let: [b]\n") })).toHaveLength(1);
    expect(refusals({ text: text("    lets: {b: 'true'}\n") })).toHaveLength(1);
    expect(refusals({ text: text("    let: {b: true}\n") })).toHaveLength(1);
    expect(refusals({ text: "kind: scim_user\nrules: [5]" })).toHaveLength(1);
    expect(refusals({ text: "kind: scim_user\nrules: [{when: 'true'}]" })).toHaveLength(1);
  });

  const forbidden: [string, Partial<Rule>, string][] = [
    ["a name", { name: "a\u0000b" }, "rules[0].name: line 1, column 2: The character U+0000 is not allowed here."],
    [
      "a name of two lines",
      { name: "a\nb" },
      "rules[0].name: line 1, column 2: The character U+000A is not allowed here.",
    ],
    [
      "a description",
      { description: "😀\u0007" },
      "rules[0].description: line 1, column 2: The character U+0007 is not allowed here.",
    ],
    [
      "an expression",
      { when: "'\ud800' == ''" },
      "rules[0].when: line 1, column 2: The character U+D800 is not allowed here.",
    ],
  ];
  it.each(forbidden)("has no character in %s that could not be stored or printed", (_, parts, refusal) => {
    expect(refusals({ rules: [rule(parts)] })).toContain(refusal);
    expect(refusals({ text: printRuleSet(USER, [rule(parts)]) })).toHaveLength(1);
  });
});

describe("the bounds of a rule set", () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => rule({ name: `${index}` }));
  const lets = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `x${index}`,
      expression: index === 0 ? "''" : `x${index - 1}`,
    }));

  const bounds: [string, Rule[], Rule[], string][] = [
    ["rules", names(RULE_LIMIT), names(RULE_LIMIT + 1), `There are ${RULE_LIMIT + 1} rules`],
    [
      "expressions",
      [rule({ let: lets(EXPRESSION_LIMIT - 1) })],
      [rule({ let: lets(EXPRESSION_LIMIT) })],
      `the limit is ${EXPRESSION_LIMIT}`,
    ],
    [
      "a name's characters",
      [rule({ name: "é".repeat(NAME_LIMIT) })],
      [rule({ name: "é".repeat(NAME_LIMIT + 1) })],
      `more than ${NAME_LIMIT} characters`,
    ],
  ];
  it.each(bounds)("of %s hold, for rules and for files", (_, most, tooMany, message) => {
    expect(refusals({ rules: most })).toEqual([]);
    expect(refusals({ text: printRuleSet(USER, most) })).toEqual([]);
    expect(refusals({ rules: tooMany })).toEqual([expect.stringContaining(message)]);
    expect(refusals({ text: printRuleSet(USER, tooMany) })).toEqual([expect.stringContaining(message)]);
  });

  it("of the file hold for rules that were given, since they are exported", () => {
    const described = (characters: number) =>
      names(RULE_LIMIT).map((each, index) => ({
        ...each,
        description: "d".repeat(Math.max(0, Math.min(DESCRIPTION_LIMIT, characters - index * DESCRIPTION_LIMIT))),
        onCreate: [{ name: "cost_center", expression: `'${"x".repeat(2_500)}'` }],
      }));
    const room = TEXT_LIMIT - printRuleSet(USER, described(0)).length;
    // A description takes a little more than its characters.
    expect(refusals({ rules: described(room - 5_000) })).toEqual([]);
    expect(refusals({ rules: described(room + 1) })).toEqual([
      `rules: As a file these rules would have more than ${TEXT_LIMIT} characters.`,
    ]);
  });

  it("of problems is 100, errors before warnings", () => {
    const unknown = Array.from({ length: 60 }, (_, index) => ({ name: `x${index}`, expression: "''" }));
    const rules = ["a", "b", "c"].map((name) => rule({ name, let: unknown, when: "nothing" }));
    const { problems } = validateRuleSet(USER, { rules });
    expect(problems).toHaveLength(100);
    expect(violationsOf(problems)).toHaveLength(3);
  });

  it("keep the largest file from being a long job", () => {
    const lines = Array.from(
      { length: 62 },
      (_, index) => `      n${index}: user.userNme + user.titel + n${index}${"n".repeat(28)}\n`,
    );
    const text = `kind: scim_user\nrules:\n${Array.from({ length: RULE_LIMIT }, (_, index) => `  - name: r${index}\n    when: 'true'\n    let:\n${lines.join("")}`).join("")}`;
    expect(text.length).toBeGreaterThan(0.8 * TEXT_LIMIT);
    expect(refusals({ text })).toHaveLength(100);
  });

  it("hold whatever the rules: nothing is thrown, and rules and their file are refused alike", () => {
    fc.assert(
      fc.property(arbitraryRules, (rules) => {
        const given = validateRuleSet(USER, { rules });
        const read = validateRuleSet(USER, { text: printRuleSet(USER, rules) });
        expect(violationsOf(read.problems).length > 0).toBe(violationsOf(given.problems).length > 0);
      }),
      { numRuns: 100 },
    );
  });
});
