import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { compileRuleSet } from "./compile.ts";
import { evaluateLookup, evaluateRules } from "./evaluate.ts";
import { CUSTOM_FIELDS_URN, complete, type Json, userVariables, type Variables } from "./variables.ts";

const KIND = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

function rule(parts: Partial<Rule>): Rule {
  return { name: "R", description: "", disabled: false, let: [], when: "true", set: [], onCreate: [], ...parts };
}

function evaluate(rules: Rule[], user: Record<string, unknown> = {}) {
  const variables = complete(userVariables, { user, account: {}, person: {}, groups: [], deleted: false }) as Variables;
  return evaluateRules(compileRuleSet(KIND, 1, rules), variables);
}

/** What an expression gives for a user. */
function resultOf(expression: string, user: Record<string, unknown> = {}): Json {
  const evaluation = evaluate([rule({ let: [{ name: "x", expression }] })], user);
  if (evaluation.error) throw evaluation.error;
  return evaluation.values.get("x") ?? null;
}

describe("an expression", () => {
  it.each([
    ["user.name.givenName", "'' + user.name.givenName", ""],
    ["user.enterprise.manager.value", "'' + user.enterprise.manager.value", ""],
    ["user.active", "[user.active][0]", null],
    ["user.emails", "user.emails + []", []],
    ["deleted", "deleted || false", false],
  ])("finds no difference between the path %s and CEL", (path, throughCel, value) => {
    expect(resultOf(path)).toEqual(value);
    expect(resultOf(throughCel)).toEqual(value);
  });

  it.each(["", "x"])("sees 4,096 characters of a text, each of them whole (after '%s')", (lead) => {
    const title = lead + "😀".repeat(5_000);
    expect(resultOf("user.title", { title })).toBe([...title].slice(0, 4_096).join(""));
  });

  it.each([
    ["user.titel", "x: user has no field titel."],
    ["nobody", "x: There is no variable nobody."],
    ["shout(user.title)", "x: There is no function shout."],
    ["user.title ==", "x: A value is missing after “==”."],
    ["user.title + 1", "x: “+” takes two numbers, two texts or two lists, not text and a number."],
  ])("%s is refused when the rules are compiled", (expression, message) => {
    const rules = [rule({ let: [{ name: "x", expression }] })];
    expect(() => compileRuleSet(KIND, 1, rules)).toThrow(message);
    expect(() => compileRuleSet(KIND, 1, [{ ...(rules[0] as Rule), disabled: true }])).not.toThrow();
  });

  it.each<[string, Json]>([
    ["user.extensions['urn:x'].badge", "B7"],
    ["user.extensions['urn:x'].none", null],
    ["user.extensions['urn:y'].badge", null],
    ["user.extensions['urn:x'].badge.none", null],
    ["user.extensions['urn:x'].list[1].n", 2],
    ["user.extensions['urn:x'].list[7].n", null],
    ["user.extensions['urn:x'].none.map(e, e.value)", []],
    ["has(user.extensions['urn:x'].badge) && !has(user.extensions['urn:y'].badge)", true],
    ["user.customFields.payroll_id", 5],
    ["user.customFields.payroll_id + 1", 6],
    ["user.customFields.none", null],
    ["user.customFields.none.contains('x')", false],
    ["ofType(user.emails, 'home').value", null],
  ])("reads what a record may lack: %s gives %j", (expression, value) => {
    const extensions = { "urn:x": { badge: "B7", list: [{ n: 1 }, { n: 2 }] }, [CUSTOM_FIELDS_URN]: { payroll_id: 5 } };
    expect(resultOf(expression, { extensions })).toEqual(value);
  });

  it("may nest macros two deep and chain any number", () => {
    expect(
      resultOf("user.emails.filter(e, e.value != '').map(e, user.roles.filter(r, r.value == e.value)).size()"),
    ).toBe(0);
  });

  it("that grows beyond bounds fails the run", () => {
    const lets = [{ name: "a", expression: `'${"x".repeat(4_000)}'` }];
    for (const [name, from] of [
      ["b", "a"],
      ["c", "b"],
      ["d", "c"],
      ["e", "d"],
      ["f", "e"],
    ] as const)
      lets.push({ name, expression: `${from} + ${from}` });
    expect(evaluate([rule({ let: lets })]).error).toMatchObject({ rule: "R", expression: "f" });
  });
});

describe("a rule", () => {
  it("uses earlier expressions by name", () => {
    const lets = [
      { name: "a", expression: "'x'" },
      { name: "b", expression: "a + 'y'" },
    ];
    const { set } = evaluate([rule({ let: lets, set: [{ name: "name", expression: "b + a" }] })]);
    expect(set.get("name")).toEqual({ rule: "R", value: "xyx" });
  });

  it("may not take the name of a variable, of another expression, nor set what is no field", () => {
    const compile = (parts: Partial<Rule>) => () => compileRuleSet(KIND, 1, [rule(parts)]);
    expect(compile({ let: [{ name: "user", expression: "1" }] })).toThrow("user: The name user is taken.");
    expect(compile({ let: Array(2).fill({ name: "a", expression: "1" }) })).toThrow("a: The name a is taken.");
    expect(compile({ set: [{ name: "shoe_size", expression: "1" }] })).toThrow("There is no field shoe_size to set.");
  });

  it("names the expression that fails, and nothing of the rule set applies", () => {
    const rules = [
      rule({ set: [{ name: "name", expression: "'a'" }] }),
      rule({ name: "Broken", set: [{ name: "job_title", expression: "user.customFields.x + 1" }] }),
    ];
    expect(evaluate(rules).error).toMatchObject({ rule: "Broken", expression: "job_title" });
  });

  it("needs a condition that is true or false", () => {
    expect(() => evaluate([rule({ when: "user.title" })])).toThrow("when: This needs true or false, and gives text.");
    expect(evaluate([rule({ when: "user.customFields.x" })]).error?.message).toBe(
      "when: it gives neither true nor false.",
    );
  });

  it("that is disabled does not run, and a later rule's value stands", () => {
    const setName = (name: string, value: string, parts: Partial<Rule> = {}) =>
      rule({ name, set: [{ name: "name", expression: `'${value}'` }], ...parts });
    const { set, condition } = evaluate([setName("1", "a"), setName("2", "b"), setName("3", "c", { disabled: true })]);
    expect(set.get("name")).toEqual({ rule: "2", value: "b" });
    expect(condition).toBe(true);
    expect(evaluate([setName("3", "c", { disabled: true })])).toMatchObject({
      condition: false,
      unmet: "No rule is enabled.",
    });
  });

  it("may not use the person to find the person", () => {
    const lets = [{ name: "known", expression: "person.primaryEmail" }];
    const rules = [rule({ let: lets, set: [{ name: "primary_email", expression: "known" }] })];
    expect(() => compileRuleSet(KIND, 1, rules)).toThrow("It finds the person, so it cannot depend on person");
  });

  it("needs no expression but those of the key to find the person", () => {
    const lets = [
      { name: "mail", expression: "user.userName" },
      { name: "other", expression: "person.name" },
    ];
    const ruleSet = compileRuleSet(KIND, 1, [
      rule({ let: lets, set: [{ name: "primary_email", expression: "mail" }] }),
    ]);
    expect(ruleSet.lookup.map((one) => one.let.map(({ name }) => name))).toEqual([["mail"]]);
    expect(evaluateLookup(ruleSet, complete(userVariables, { user: { userName: " a@b.example " } }) as Variables)).toBe(
      "a@b.example",
    );
  });
});
