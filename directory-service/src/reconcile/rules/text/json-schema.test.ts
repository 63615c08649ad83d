import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { RULE_LIMIT } from "../bounds.ts";
import { defaultGroupRules, defaultUserRules } from "../default-rules.ts";
import { groupFields, userFields } from "../target-fields.ts";
import { groupFieldDescriptions, userFieldDescriptions } from "./field-descriptions.ts";
import { ruleSetSchema } from "./json-schema.ts";
import { printRuleSet } from "./print.ts";

const accepts = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(ruleSetSchema());
const { SCIM_RECORD_KIND_SCIM_USER: USER, SCIM_RECORD_KIND_SCIM_GROUP: GROUP } = ScimRecordKind;

/** A file with one rule that has these entries besides a name and a condition. */
function fileWith(entries: object, kind = "scim_user"): object {
  return { kind, rules: [{ name: "A", when: "true", ...entries }] };
}

describe("the JSON Schema of a rule set", () => {
  it("accepts the default rules as they are printed", () => {
    for (const text of [printRuleSet(USER, defaultUserRules), printRuleSet(GROUP, defaultGroupRules)])
      expect([accepts(parse(text)), accepts.errors]).toEqual([true, null]);
    expect(accepts(fileWith({ let: null, description: null, set: null }))).toBe(true);
  });

  const broken: [string, unknown][] = [
    ["nothing", null],
    ["no kind", { rules: [] }],
    ["another kind", { kind: "scim_role", rules: [] }],
    ["no rules", { kind: "scim_user" }],
    ["an unknown key", { kind: "scim_user", rules: [], version: 1 }],
    ["an unknown key of a rule", fileWith({ onCreate: {} })],
    ["a rule without a name", { kind: "scim_user", rules: [{ when: "true" }] }],
    ["a blank name", fileWith({ name: " " })],
    ["a rule without a condition", { kind: "scim_user", rules: [{ name: "A" }] }],
    ["a condition that is no text", fileWith({ when: true })],
    ["a flag that is text", fileWith({ disabled: "yes" })],
    ["an expression that is a number", fileWith({ set: { vip: 5 } })],
    ["an expression that is empty", fileWith({ let: { a: "" } })],
    ["an expression that is too long", fileWith({ let: { a: "x".repeat(4_097) } })],
    ["a name that is none in CEL", fileWith({ let: { "full name": "user.displayName" } })],
    ["an unknown field", fileWith({ set: { title: "user.title" } })],
    ["a field of the other kind", fileWith({ set: { vip: "true" } }, "scim_group")],
    ["a list of expressions", fileWith({ let: [{ name: "a", expression: "b" }] })],
    [
      "too many rules",
      { kind: "scim_user", rules: Array.from({ length: RULE_LIMIT + 1 }, () => ({ name: "A", when: "true" })) },
    ],
  ];
  it.each(broken)("refuses %s", (_, file) => {
    expect(accepts(file)).toBe(false);
  });

  it("describes every field, and no other", () => {
    expect(Object.keys(userFieldDescriptions)).toEqual([...userFields.keys()]);
    expect(Object.keys(groupFieldDescriptions)).toEqual([...groupFields.keys()]);
  });
});
