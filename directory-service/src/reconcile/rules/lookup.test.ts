import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { checkRules } from "./check-expressions.ts";
import { compileRuleSet } from "./compile.ts";
import { evaluateLookup } from "./evaluate.ts";
import { complete, userVariables, type Variables } from "./variables.ts";

const KIND = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
const USER = { userName: "u", displayName: "d", userType: "Employee" };

function rule(name: string, when: string, email: string, parts: Partial<Rule> = {}): Rule {
  const set = email === "" ? [] : [{ name: "primary_email", expression: email }];
  return { name, description: "", disabled: false, let: [], when, set, onCreate: [], ...parts };
}

/** By which e-mail a user's person is looked for. */
function keyOf(rules: Rule[], user: object = USER): string | null {
  return evaluateLookup(compileRuleSet(KIND, 1, rules), complete(userVariables, { user }) as Variables);
}

describe("the key by which a person is found", () => {
  it.each<[string, Rule[], string | null]>([
    [
      "is that of the rule whose condition holds",
      [rule("A", "user.userType == 'Contractor'", "'contractor'"), rule("B", "user.userType != 'Contractor'", "'b'")],
      "b",
    ],
    ["is not that of a rule whose condition is false", [rule("A", "'x' == user.title", "'a'")], null],
    ["is the last of several", [rule("A", "true", "'a'"), rule("B", "true", "'b'"), rule("C", "false", "'c'")], "b"],
    ["is not what is blank", [rule("A", "true", "'a'"), rule("B", "true", "' '"), rule("C", "true", "null")], "a"],
    [
      "takes a condition that depends on the person for true",
      [rule("A", "true", "'a'"), rule("B", "person.exists", "'b'")],
      "b",
    ],
    [
      "also where the condition depends on it by a name",
      [rule("A", "true", "'a'"), rule("B", "known", "'b'", { let: [{ name: "known", expression: "person.vip" }] })],
      "b",
    ],
    [
      "is another rule's where a condition or the key fails",
      [rule("A", "true", "'a'"), rule("B", "1 / 0 == 1", "'b'"), rule("C", "true", "string(1 / 0)")],
      "a",
    ],
    [
      "is made with the names of its own rule",
      [
        rule("A", "ok", "mail", {
          let: [
            { name: "ok", expression: "true" },
            { name: "mail", expression: "user.userName" },
          ],
        }),
        rule("B", "ok", "mail", {
          let: [
            { name: "ok", expression: "false" },
            { name: "mail", expression: "user.displayName" },
          ],
        }),
      ],
      "u",
    ],
    [
      "is not that of a rule that is disabled",
      [rule("A", "true", "'a'"), rule("B", "true", "'b'", { disabled: true })],
      "a",
    ],
  ])("%s", (_case, rules, key) => {
    expect(keyOf(rules)).toBe(key);
  });
});

describe("the check of rules", () => {
  const onCreate = { onCreate: [{ name: "primary_email", expression: "user.userName" }] };
  const warnings = (rules: Rule[]) =>
    checkRules(KIND, rules).map(({ severity, ruleIndex, path, message }) => [severity, ruleIndex, path, message]);

  it("says nothing where one rule gives the primary e-mail", () => {
    expect(warnings([rule("A", "person.exists", "user.userName", onCreate), rule("B", "true", "")])).toEqual([]);
  });

  it("warns where several give it, and where it is not known before which one does", () => {
    expect(
      warnings([
        rule("A", "person.exists", "'a'"),
        rule("B", "true", "'b'"),
        rule("C", "true", "'c'", { disabled: true }),
      ]),
    ).toEqual([
      [
        "warning",
        0,
        "set.primary_email",
        "The rule's condition depends on person, so it is taken for true while the person is looked for.",
      ],
      [
        "warning",
        1,
        "set.primary_email",
        "An earlier rule sets it, too. The last one whose condition holds finds the person.",
      ],
    ]);
  });

  it("warns where only on_create gives it", () => {
    expect(warnings([rule("A", "true", "", onCreate), rule("B", "true", "user.userName", { disabled: true })])).toEqual(
      [
        [
          "warning",
          0,
          "on_create.primary_email",
          "No rule sets it in set, so nobody is found by it who is there already.",
        ],
      ],
    );
  });
});
