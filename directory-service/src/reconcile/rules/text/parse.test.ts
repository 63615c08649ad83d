import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RULE_LIMIT } from "../bounds.ts";
import { DEPTH_LIMIT, PIECE_LIMIT, TEXT_LIMIT } from "./limits.ts";
import { parseRuleSet } from "./parse.ts";

/** The problems of a text as "line:column path: message Did you mean …?". */
function problemsOf(text: string): string[] {
  return parseRuleSet(text).problems.map(({ line, column, path, message, suggestion }) => {
    const meant = suggestion === "" ? "" : ` Did you mean ${suggestion}?`;
    return `${line}:${column} ${path}: ${message}${meant}`.replace(" :", ":");
  });
}

/** A text with one rule that has these lines. */
function withRule(...lines: string[]): string {
  const when = lines.some((line) => line.includes("when")) ? [] : ["when: 'true'"];
  return ["kind: scim_user", "rules:", "  - name: A", ...[...lines, ...when].map((line) => `    ${line}`)].join("\n");
}

describe("the text of a rule set", () => {
  it("says a kind and rules, in any style of YAML", () => {
    const { kind, rules, problems } = parseRuleSet(
      `\uFEFF# a comment\r
rules:\r
- name: "A"\r
  let: { b: 'user.title', a: user.id }\r
  when: >-\r
    true\r
    || false\r
  disabled: true\r
  set:\r
    job_title: |\r
      b\r
        + a\r
  on_create:\r
  description: !\r
kind: scim_group\r
`.replace("!\r", "\r"),
    );
    expect(problems).toEqual([]);
    expect(kind).toBe(ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP);
    expect(rules).toEqual([
      {
        name: "A",
        description: "",
        disabled: true,
        let: [
          { name: "b", expression: "user.title" },
          { name: "a", expression: "user.id" },
        ],
        when: "true || false",
        set: [{ name: "job_title", expression: "b\n  + a\n" }],
        onCreate: [],
      },
    ]);
  });

  it("may be JSON, which is YAML", () => {
    const rule = { name: "A", when: "true", set: { vip: "false" } };
    const { rules, problems } = parseRuleSet(JSON.stringify({ kind: "scim_user", rules: [rule] }));
    expect([problems, rules[0]?.set]).toEqual([[], [{ name: "vip", expression: "false" }]]);
  });

  const places: [string, string[], string, number, [number, number]][] = [
    ["plain", ["when: user.title"], "when", 5, [4, 16]],
    ["plain, behind a character of two code units", ["when: '\"😀\" + x'"], "when", 6, [4, 18]],
    ["plain, on two lines", ["when: user", "  .title"], "when", 6, [5, 8]],
    ["in single quotes", ["when: 'x == ''y'' + z'"], "when", 11, [4, 25]],
    ["in double quotes", ['when: "x == \\"y\\" + z"'], "when", 11, [4, 25]],
    ["in double quotes, on two lines", ['when: "x +\\', '  y"'], "when", 3, [5, 7]],
    ["after |", ["when: |", "  a", "    + b"], "when", 6, [6, 11]],
    ["after |, with an indentation", ["when: |1-", "  a"], "when", 1, [5, 7]],
    ["after >", ["when: >-", "  a", "  + b"], "when", 4, [6, 9]],
    ["after >, with lines that are not folded", ["when: >", "  a", "", "    b", "  c"], "when", 7, [8, 7]],
    ["in a map in brackets", ["let: {a: b, c: 'd e'}"], "let.c", 2, [4, 23]],
    ["past its end", ["when: ab"], "when", 99, [4, 13]],
    ["of a part that is not there", ["when: ab"], "set.job_title", 3, [3, 5]],
    ["of a field that is not there", ["set: {a: b}"], "set.job_title", 3, [4, 10]],
  ];
  it.each(places)("knows the place of a character of an expression %s", (_, lines, path, offset, [line, column]) => {
    for (const [mark, feed] of [
      ["", "\n"],
      ["\uFEFF", "\r\n"],
    ] as const) {
      const { positionOf } = parseRuleSet(mark + withRule(...lines).replaceAll("\n", feed));
      expect(positionOf(0, path, offset)).toEqual({ line, column });
    }
  });

  it("knows the place of a character of a name", () => {
    const { positionOf } = parseRuleSet(withRule("let:", "  full_name: x", "  'a b': y"));
    expect(positionOf(0, "let.full_name", 5, true)).toEqual({ line: 5, column: 12 });
    expect(positionOf(0, "let.a b", 0, true)).toEqual({ line: 6, column: 8 });
  });

  const cases: [string, string, string[]][] = [
    ["nothing", "", ["1:1: A rule set is a map with the keys kind and rules."]],
    ["comments only", "# nothing\n", ["1:1: A rule set is a map with the keys kind and rules."]],
    [
      "no condition",
      "kind: scim_user\nrules:\n- name: A",
      ["3:3 when: The key when is missing; without a condition it is 'true'."],
    ],
    ["a list", "- a", ["1:1: A rule set is a map with the keys kind and rules."]],
    [
      "an empty map",
      "{}",
      [
        "1:1: The key kind is missing: scim_user or scim_group.",
        "1:1: The key rules is missing; where there are none it is [].",
      ],
    ],
    [
      "another kind",
      "kind: scim_users\nrules: []",
      ["1:7: The kind must be scim_user or scim_group. Did you mean scim_user?"],
    ],
    [
      "no list of rules",
      "kind: scim_user\nrules:",
      ["2:7: The rules must be a list, [] where there are none; this is empty."],
    ],
    [
      "a rule that is text",
      "kind: scim_user\nrules: [a]",
      ["2:9: A rule is a map with the keys name, when and set; this is text."],
    ],
    [
      "an unknown key",
      "kind: scim_user\nrule: []\nrules: []",
      ["2:1 rule: There is no key rule here. Did you mean rules?"],
    ],
    [
      "an unknown key of a rule",
      withRule("onCreate: {}", "condition: x", "zzzzzz: 1"),
      [
        "4:5 onCreate: There is no key onCreate here. Did you mean on_create?",
        "5:5 condition: There is no key condition here. Did you mean when?",
        "6:5 zzzzzz: There is no key zzzzzz here.",
      ],
    ],
    [
      "a key twice",
      withRule("set:", "  vip: a", "  vip: b", "name: B"),
      ["7:5 name: The key name is there twice.", "6:7 set.vip: The key vip is there twice."],
    ],
    ["a key that is no text", withRule("? [a]", ": b"), ["4:7: A key must be text."]],
    ["a merge key", withRule("set: {<<: x}"), ["4:11 set.<<: YAML merge keys are not supported."]],
    [
      "a number for an expression",
      withRule("set: {vip: 5}"),
      ['4:16 set.vip: An expression is text: put it in quotes or after |-; this is the number 5. Did you mean "5"?'],
    ],
    [
      "a truth value for an expression",
      withRule("when: true"),
      [
        '4:11 when: An expression is text: put it in quotes or after |-; this is the truth value true. Did you mean "true"?',
      ],
    ],
    [
      "null for an expression",
      withRule("when: null", "set: {vip: }"),
      [
        '4:11 when: An expression is text: put it in quotes or after |-; this is null. Did you mean "null"?',
        "5:16 set.vip: An expression is text: put it in quotes or after |-; this is empty.",
      ],
    ],
    [
      "brackets for an expression",
      withRule("set:", "  manager: [byId(x)]", "  contacts: {}"),
      [
        "5:16 set.manager: An expression is text: put it in quotes or after |-; this is a list, as [ begins one. Did you mean '[byId(x)]'?",
        "6:17 set.contacts: An expression is text: put it in quotes or after |-; this is a map, as { begins one. Did you mean '{}'?",
      ],
    ],
    [
      "a list of expressions",
      withRule("let:", "  - a: b"),
      ["5:7 let: A map of names and expressions is needed here; this is a list."],
    ],
    [
      "other words for true",
      withRule("disabled: yes", "description: 5"),
      [
        "5:18 description: Text is needed here; this is the number 5.",
        "4:15 disabled: It must be true or false; this is text. Did you mean true?",
      ],
    ],
    [
      "a tag, as ! begins one",
      withRule("when: !deleted"),
      ["4:11: YAML tags are not supported: ! begins one. An expression that begins with ! goes in quotes or after |-."],
    ],
    [
      "anchors and aliases",
      withRule("when: &a x", "description: *a"),
      [
        "4:11: YAML anchors are not supported: & begins one. An expression that begins with & goes in quotes or after |-.",
        "5:18: YAML aliases are not supported: * begins one. An expression that begins with * goes in quotes or after |-.",
      ],
    ],
    [
      "a comment that swallows lines",
      withRule("when: >-", "  a // why", "  && b"),
      [
        "5:9 when: This comment takes in the lines below it, as YAML makes one line of them. Put the expression after |-.",
      ],
    ],
    [
      "several documents",
      "kind: scim_user\nrules: []\n---\nkind: scim_user\n",
      ["3:1: The text has more than one YAML document. Write one."],
    ],
    [
      "a directive",
      "%YAML 1.1\n---\nkind: scim_user\nrules: []",
      ["1:1: YAML directives are not supported: a line that begins with % is one."],
    ],
    [
      "a tab for indentation",
      withRule("set:", "\tvip: a").replace("    \t", "\t"),
      ["5:1: A tab cannot indent a line. Use spaces."],
    ],
    [
      "a colon and a blank in a value",
      withRule("when: a ? b : c"),
      [
        '4:11: YAML takes this for a key within a value. A value with ": " in it goes in quotes or after |-, and the keys of a map begin in the same column.',
      ],
    ],
    [
      "text after a quote",
      withRule(`when: "a" == b`, "set: {vip: 'x'y}"),
      [
        "4:15: The value has ended before this. An expression that goes on after a quote or bracket goes after |-.",
        expect.stringMatching(/^5:\d+: /) as unknown as string,
      ],
    ],
    ["a quote that is open", withRule('when: "a'), ["4:13: The closing quote is missing."]],
    ["a quote whose end is escaped", withRule('when: "a\\"'), ["4:11: The closing quote is missing."]],
    [
      "a character that YAML does not have",
      withRule("when: a\u0000b"),
      ["4:12: The character U+0000 is not allowed in YAML."],
    ],
    ["half a character", withRule("when: 😀 \ud83d"), ["4:13: The character U+D83D is not allowed in YAML."]],
    ["a carriage return alone", "kind: scim_user\rrules: []", ["1:16: The character U+000D is not allowed in YAML."]],
  ];
  it.each(cases)("is refused with %s, and says where", (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it.each([
    [["when: |-", "  a // why", "  && b"]],
    [["when: >-", "  a", "  && b // why"]],
    [["when: >-", "  a // why", "", "  && b"]],
    [["when: >-", "  '//' ==", "  b"]],
    [["when: a // why"]],
  ])("may have comments that end where they seem to: %j", (lines) => {
    expect(problemsOf(withRule(...lines))).toEqual([]);
  });

  it("is read as far as it can be, so that one mistake does not hide the next", () => {
    const { rules } = parseRuleSet(withRule("nam: x", "when: true", "set: {vip: a, disabled: 1}"));
    expect(rules).toMatchObject([
      {
        name: "A",
        when: "",
        set: [
          { name: "vip", expression: "a" },
          { name: "disabled", expression: "" },
        ],
      },
    ]);
  });
});

describe("the bounds of a text", () => {
  const file = (rules: number) => `kind: scim_user\nrules:\n${"- {name: A, when: x}\n".repeat(rules)}`;

  it("are reached without a problem", () => {
    expect(problemsOf(file(RULE_LIMIT))).toEqual([]);
    expect(problemsOf(`${file(1)}#${"😀".repeat(TEXT_LIMIT - file(1).length - 1)}`)).toEqual([]);
    // Two pieces a line, and the marks of the file.
    expect(problemsOf(`${"#\n".repeat(PIECE_LIMIT / 2 - 20)}${file(0)}`)).toHaveLength(1);
  });

  it("are not passed", () => {
    expect(problemsOf(file(RULE_LIMIT + 1))).toEqual([
      `${RULE_LIMIT + 3}:3: There are ${RULE_LIMIT + 1} rules; a rule set has at most ${RULE_LIMIT}.`,
    ]);
    expect(parseRuleSet(file(RULE_LIMIT + 1)).rules).toHaveLength(RULE_LIMIT);
    expect(problemsOf(`${file(1)}#${"x".repeat(TEXT_LIMIT - file(1).length)}`)).toEqual([
      `1:1: The text has more than ${TEXT_LIMIT} characters.`,
    ]);
    expect(problemsOf(`${"#\n".repeat(PIECE_LIMIT / 2)}${file(1)}`)).toEqual([
      expect.stringContaining(`The text falls into more than ${PIECE_LIMIT} pieces.`),
    ]);
    expect(problemsOf("[".repeat(DEPTH_LIMIT))).toEqual([
      `1:${DEPTH_LIMIT}: The text is nested more than ${DEPTH_LIMIT} deep.`,
    ]);
  });

  const pieces = [
    "[",
    "{",
    "- ",
    "? ",
    ":\n",
    "a: ",
    "a: b\n",
    "&a ",
    "*a ",
    "!a ",
    "#\n",
    "---\n",
    "...\n",
    '"',
    "'",
    "''",
    "\n",
    "\t",
    " ",
    "|\n ",
    ",",
    "%A\n",
    '"a" ',
    "]",
    "}",
  ];
  it.each(pieces)("keep a text of %j over and over from being a long job", (piece) => {
    const text = piece.repeat(Math.floor(TEXT_LIMIT / piece.length));
    for (const hostile of [text, withRule(`set: {vip: ${text}`)]) {
      const { problems } = parseRuleSet(hostile.slice(0, TEXT_LIMIT));
      expect(problems.length).toBeLessThanOrEqual(200);
    }
  });

  it("hold whatever the text: it is read or has problems, and nothing is thrown", () => {
    const anything = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 4 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(anything, fc.nat(), (parts, offset) => {
        for (const text of [parts.join(""), withRule(parts.join(""))]) {
          const { rules, problems, positionOf } = parseRuleSet(text);
          if (problems.length === 0) expect(rules.length).toBeLessThanOrEqual(RULE_LIMIT);
          for (const { line, column } of [...problems, positionOf(0, "when", offset)]) {
            expect(line).toBeGreaterThan(0);
            expect(column).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
