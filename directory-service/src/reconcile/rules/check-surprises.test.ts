import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { checkRules, type ExpressionProblem } from "./check-expressions.ts";

const { SCIM_RECORD_KIND_SCIM_USER: USER } = ScimRecordKind;

function rule(parts: Partial<Rule>): Rule {
  return { name: "R", description: "", disabled: false, let: [], when: "true", set: [], onCreate: [], ...parts };
}

function problemsIn(expression: string): string[] {
  const rules = [rule({ let: [{ name: "x", expression }], when: "x == x" })];
  return checkRules(USER, rules).map((problem) => inShort(expression, problem));
}

function inShort(source: string, { severity, offset, length, message, suggestion }: ExpressionProblem): string {
  const mark = severity === "warning" ? "(warning) " : "";
  return `${mark}${source.slice(offset, offset + length)}: ${message}${suggestion && ` => ${suggestion}`}`;
}

describe("what would only fail once records come is found on save: the check", () => {
  const NULL = "This may be null, which is neither true nor false: the record fails then. => … == true";
  it.each([
    ["user.active", `(warning) user.active: ${NULL}`],
    ["user.customFields.on", `(warning) user.customFields.on: ${NULL}`],
    ["first([deleted])", `(warning) first([deleted]): ${NULL}`],
    ["deleted ? user.active : true", `(warning) deleted ? user.active : true: ${NULL}`],
    ["first(user.roles).primary", `(warning) first(user.roles).primary: ${NULL}`],
    ["user.customFields.on && deleted", `(warning) user.customFields.on: ${NULL}`],
    ["user.customFields.on ? deleted : true", `(warning) user.customFields.on: ${NULL}`],
    ["!user.customFields.on", `(warning) user.customFields.on: ${NULL}`],
    ["user.emails.exists(e, user.active)", `(warning) user.active: ${NULL}`],
    ["user.customFields.list.all(e, e.on)", `(warning) e.on: ${NULL}`],
    ["user.active == true", ""],
    ["user.customFields.on == true && deleted", ""],
    ["user.emails.exists(e, e.primary)", ""],
    ["user.actve", "actve: user has no field actve. => active"],
    ["user.actve && deleted", "actve: user has no field actve. => active"],
  ])("warns of a condition that a record may make null: %s", (when, problem) => {
    const found = checkRules(USER, [rule({ when })]).map((each) => inShort(when, each));
    expect(found).toEqual(problem === "" ? [] : [problem]);
    // Null keeps what a field has.
    const flag = rule({ when: "true", set: [{ name: "vip", expression: "user.active" }] });
    expect(checkRules(USER, [flag])).toEqual([]);
  });

  it.each([
    [
      "formatDate(user.title, 'YYYY-MM-DD', 'dd.MM.yyyy')",
      "a date format has no “YYYY”; letters as they are stand in '…'",
      '"yyyy-MM-dd"',
    ],
    [
      "formatDate(user.title, 'yyyy-MM-dd', 'dd.MM.yyyy hh:mm')",
      "a date format has no “hh”; letters as they are stand in '…'",
      '"dd.MM.yyyy HH:mm"',
    ],
    ["formatDate(user.title, 'on', 'dd.MM.yyyy')", "a date format has no “on”; letters as they are stand in '…'", ""],
    ["formatDate(user.title, '', 'dd.MM.yyyy')", "a date format needs yyyy, MM or dd", ""],
  ])("refuses a date format that no record can be read with: %s", (expression, reason, suggestion) => {
    const [format] = problemsIn(expression);
    expect(format).toContain(`: This format cannot be used: ${reason}.${suggestion && ` => ${suggestion}`}`);
    expect(problemsIn("formatDate(user.title, user.nickName, 'dd.MM.yyyy')")).toEqual([]);
  });

  it.each(["'a\\u0000b'", '"\\x00"', "byName('x\\000')", "{'\\u0000': 1}"])(
    "refuses what nothing can store: %s",
    (expression) => {
      expect(problemsIn(expression)).toEqual([
        expect.stringMatching(/: A text cannot have the character U\+0000: nothing can store it\.$/),
      ]);
    },
  );
});
