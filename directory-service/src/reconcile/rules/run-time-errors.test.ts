import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { compileRuleSet } from "./compile.ts";
import { evaluateRules } from "./evaluate.ts";
import { CUSTOM_FIELDS_URN, complete, userVariables, type Variables } from "./variables.ts";

/** What an execution says of an expression that fails. */
function errorOf(expression: string): string | undefined {
  const rule = { name: "R", description: "", disabled: false, set: [], onCreate: [] };
  const ruleSet = compileRuleSet(ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, 1, [
    { ...rule, let: [{ name: "x", expression }], when: "true" },
  ]);
  const extensions = { [CUSTOM_FIELDS_URN]: { text: "a", list: ["x"], object: { a: 1 }, number: 2 } };
  const user = { title: "VIP", emails: [{ value: "a@b.example" }], extensions };
  return evaluateRules(ruleSet, complete(userVariables, { user }) as Variables).error?.message;
}

describe("an expression that fails on a record says why in plain words:", () => {
  it.each([
    ["user.customFields.none - 1", "x: “-” takes two numbers, not null and a number."],
    ["1 * user.customFields.text", "x: “*” takes two numbers, not a number and text."],
    ["user.customFields.list < 3", "x: “<” takes two numbers or two texts, not a list and a number."],
    ["user.customFields.none + 1", "x: “+” takes two numbers, two texts or two lists."],
    ["-user.customFields.text", "x: “-” takes a number, not text."],
    ["!user.customFields.object", "x: “!” takes true or false, not an object."],
    ["user.active && user.title == 'VIP'", "x: true or false is needed, and there is null."],
    ["user.customFields.text ? 1 : 2", "x: “?” needs true or false, not text."],
    ["user.customFields.text.map(e, e)", "x: a macro runs over a list, not text."],
    ["user.emails[5].value", "x: the list has no element 5; the first is 0."],
    ['{"a": "b"}[user.title]', 'x: the object has no key "VIP".'],
    ['{user.title: 1, "VIP": 2}', 'x: the object has the key "VIP" twice.'],
    ["int(user.customFields.list)", "x: int cannot take a list."],
    ["size(user.customFields.number)", "x: size cannot take a number."],
    ["bool(user.title)", 'x: bool needs "true" or "false".'],
    ["1 % (size(user.emails) - 1)", "x: divide by zero."],
    ["-9223372036854775807 - 2", "x: a whole number is too large."],
  ])("%s", (expression, message) => {
    expect(errorOf(expression)).toBe(message);
  });
});
