import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryRules } from "../../../../test/arbitrary-rules.ts";
import { defaultUserRules } from "../default-rules.ts";
import { parseRuleSet } from "./parse.ts";
import { printRuleSet } from "./print.ts";
import { rewriteRuleSet } from "./rewrite.ts";

const { SCIM_RECORD_KIND_SCIM_USER: USER, SCIM_RECORD_KIND_SCIM_GROUP: GROUP } = ScimRecordKind;

const TEXT = `# Acme's rules. Ask Ines before you change them.
rules:   # two of them

  # --- people -----------------------------------
  # From HR.
  -   name: "People"          # shown in executions
      when:  'true'           # always
      let:
          # first and last
          full: >-   # folded
            user.name.givenName
            + " " + user.name.familyName
          short: user.name.givenName

      set:
          job_title:   user.title   # from HR
          # by hand otherwise
          location: |
            user.enterprise.location
          name: full
      # nothing on creation

  # --- guests -----------------------------------
  - name: Guests
    disabled: true
    when: 'user.userType == "guest"'
    set: {vip: 'false', location: '"out"'}   # in one line
kind: scim_user
# the end
`;

/** The rules of the text, changed. */
function edited(change: (rules: ReturnType<typeof read>) => void, text = TEXT): string {
  const rules = read(text);
  change(rules);
  const result = rewriteRuleSet(text, USER, rules);
  expect(parseRuleSet(result)).toMatchObject({ problems: [], kind: USER, rules });
  return result;
}

function read(text: string) {
  const { rules, problems } = parseRuleSet(text);
  expect(problems).toEqual([]);
  return structuredClone(rules);
}

/** The lines that are only in one of two texts: "-" of the former, "+" of the latter. */
function lineChanges(before: string, after: string): string[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !fresh.includes(line)).map((line) => `- ${line.trim()}`),
    ...fresh.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

describe("a text of rules that is changed", () => {
  it("stays as it is, to the letter, where no rule differs", () => {
    expect(edited(() => {})).toBe(TEXT);
    const crlf = `\uFEFF${TEXT.replaceAll("\n", "\r\n")}`;
    expect(rewriteRuleSet(crlf, USER, read(TEXT))).toBe(crlf);
  });

  const cases: [string, Parameters<typeof edited>[0], string[]][] = [
    [
      "an expression",
      ([rule]) => Object.assign(rule?.set[0] ?? {}, { expression: "user.displayName" }),
      ["- job_title:   user.title   # from HR", "+ job_title:   user.displayName   # from HR"],
    ],
    [
      "an expression in a block",
      ([rule]) => Object.assign(rule?.let[0] ?? {}, { expression: "user.displayName" }),
      ["- user.name.givenName", '- + " " + user.name.familyName', "+ user.displayName"],
    ],
    [
      "one line to several",
      ([rule]) => Object.assign(rule ?? {}, { when: "true\n&& true" }),
      ["- when:  'true'           # always", "+ when:  |-           # always", "+ true", "+ && true"],
    ],
    [
      "a name",
      ([rule]) => Object.assign(rule ?? {}, { name: "Staff" }),
      ['- -   name: "People"          # shown in executions', '+ -   name: "Staff"          # shown in executions'],
    ],
    ["a flag", ([, rule]) => Object.assign(rule ?? {}, { disabled: false }), ["- disabled: true", "+ disabled: false"]],
    ["a new description", ([rule]) => Object.assign(rule ?? {}, { description: "Staff." }), ["+ description: Staff."]],
    ["a new field", ([rule]) => rule?.set.push({ name: "vip", expression: "true" }), ["+ vip: 'true'"]],
    [
      "a new part",
      ([rule]) => rule?.onCreate.push({ name: "locale", expression: "user.locale" }),
      ["+ on_create:", "+ locale: user.locale"],
    ],
    [
      "a field that goes, with the comment above it",
      ([rule]) => rule?.set.splice(1, 1),
      ["- # by hand otherwise", "- location: |", "- user.enterprise.location"],
    ],
    ["the order of named expressions", ([rule]) => rule?.let.reverse(), []],
    [
      "a rule that goes",
      (rules) => rules.splice(1, 1),
      [
        "- # --- guests -----------------------------------",
        "- - name: Guests",
        "- disabled: true",
        "- when: 'user.userType == \"guest\"'",
        "- set: {vip: 'false', location: '\"out\"'}   # in one line",
      ],
    ],
    ["the order of rules", (rules) => rules.reverse(), []],
    [
      "a map in brackets",
      ([, rule]) => rule?.set.pop(),
      ["- set: {vip: 'false', location: '\"out\"'}   # in one line", "+ set:", "+ vip: 'false'"],
    ],
  ];
  it.each(cases)("changes %s and nothing else", (_, change, lines) => {
    expect(lineChanges(TEXT, edited(change))).toEqual(lines);
  });

  it("keeps the comments of a named expression that is renamed, and of no field that is replaced", () => {
    const rename = edited(([first]) => {
      const [full] = first?.let ?? [];
      if (full) full.name = "full_name";
      const name = first?.set.find((field) => field.name === "name");
      if (name) name.expression = "full_name";
    });
    expect(lineChanges(TEXT, rename)).toEqual([
      "- full: >-   # folded",
      "- name: full",
      "+ full_name: >-   # folded",
      "+ name: full_name",
    ]);
    expect(rename).toContain("# first and last\n          full_name:");
    const both = edited(([first]) => {
      const [full, short] = first?.let ?? [];
      if (full) Object.assign(full, { name: "short", expression: "user.userName" });
      if (short) Object.assign(short, { name: "full", expression: "user.title" });
    });
    expect(both).toContain("# first and last\n          full: >-   # folded\n");
    const moved = edited(([first]) => {
      const [title] = first?.set ?? [];
      if (title) title.name = "cost_center";
    });
    expect(lineChanges(TEXT, moved)).toContain("+ cost_center: user.title");
  });

  it("keeps comments, byte order mark and CRLF", () => {
    const crlf = `\uFEFF${TEXT.replaceAll("\n", "\r\n")}`;
    const rules = read(TEXT);
    rules.push(...structuredClone(defaultUserRules));
    const text = rewriteRuleSet(crlf, USER, rules);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    const end = TEXT.indexOf("kind:");
    expect(text.slice(1).replaceAll("\r\n", "\n").startsWith(TEXT.slice(0, end))).toBe(true);
    expect(text.endsWith("kind: scim_user\r\n# the end\r\n")).toBe(true);
  });

  it("gets rules where it had none, and the other way round", () => {
    const empty = "# none yet\nkind: scim_user # people\nrules: []";
    const text = rewriteRuleSet(empty, USER, defaultUserRules);
    expect(text).toMatch(/^# none yet\nkind: scim_user # people\nrules:\n {2}- name: SCIM user to person\n/);
    expect(rewriteRuleSet(text, USER, [])).toBe(`${empty}\n`);
    expect(rewriteRuleSet(empty, GROUP, [])).toBe("# none yet\nkind: scim_group # people\nrules: []");
  });

  it("is printed anew where it cannot be read", () => {
    for (const text of ["", "rules: [", "- a", "kind: scim_user\nrules:\n  - nam: x\n"])
      expect(rewriteRuleSet(text, USER, defaultUserRules)).toBe(printRuleSet(USER, defaultUserRules));
    const json = JSON.stringify({ kind: "scim_user", rules: [] });
    expect(rewriteRuleSet(json, USER, defaultUserRules)).toBe(printRuleSet(USER, defaultUserRules));
  });

  it("says any rules that it is to say", () => {
    fc.assert(
      fc.property(arbitraryRules, arbitraryRules, (before, after) => {
        const text = printRuleSet(USER, before);
        expect(rewriteRuleSet(text, USER, before)).toBe(text);
        expect(parseRuleSet(rewriteRuleSet(text, USER, after)).rules).toEqual(after);
        expect(parseRuleSet(rewriteRuleSet(TEXT, USER, [...read(TEXT), ...after])).rules.slice(2)).toEqual(after);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the comments of one rule whatever becomes of the others", () => {
    fc.assert(
      fc.property(arbitraryRules, arbitraryRules, (before, after) => {
        const [kept, ...others] = read(TEXT);
        if (!kept) throw new Error("no rule");
        const text = rewriteRuleSet(TEXT, USER, [...before, kept, ...others]);
        const again = rewriteRuleSet(text, USER, [...after, kept]);
        const lines = TEXT.slice(TEXT.indexOf("      when:"), TEXT.indexOf("      # nothing on creation"));
        for (const result of [text, again]) {
          expect(result).toContain(lines);
          expect(result).toContain("# From HR.\n");
        }
        expect(again.startsWith("# Acme's rules.")).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
