import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { compileRuleSet } from "./compile.ts";
import { evaluateLookup, evaluateRules } from "./evaluate.ts";
import { complete, type Json, userVariables, type Variables } from "./variables.ts";

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

  it.each<[string, Json]>([
    ["isEmail('a@b.example')", true],
    ["isEmail('a b@c.example')", false],
    ["isEmail('a@b')", false],
    ["isEmail(null)", false],
    ["firstPresent([null, '', ' ', 'a', 'b'])", "a"],
    ["firstPresent([])", null],
    ["joinPresent(['a', null, ' ', 'b'], ', ')", "a, b"],
    ["isPresent([]) || isPresent(null) || isPresent(' ')", false],
    ["lower('Ä') + upper('ß') + trim('  x ')", "äSSx"],
    ["lower(null)", ""],
    ["firstLanguage('de-DE;q=0.9, en')", "de-DE"],
    ["byName(' Sales ')", { by: "name", value: "Sales" }],
    ["byId('1')", { by: "id", value: "1" }],
    ["byScimUser(null)", { by: "scim_user", value: "" }],
    ["'a-b-c'.replace('-', '+')", "a+b+c"],
    ["'a-b-c'.split('-')", ["a", "b", "c"]],
    ["'a😀b'.split('')", ["a", "😀", "b"]],
    ["'a😀b'.split('', 2)", ["a", "😀"]],
    ["'a😀'.replace('', '-')", "a-😀"],
    ["'a😀b'.substring(0, 2)", "a\uFFFD"],
    ["{'😀'.charAt(0): 1}", { "\uFFFD": 1 }],
    ["at(user.extensions, ['urn:x', 'badge'])", "B7"],
    ["at(user.extensions, ['urn:y', 'badge'])", null],
    ["'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.matches('^a.c$')", true],
    ["size(user.roles) + 1", 1],
  ])("%s gives %j", (expression, value) => {
    expect(resultOf(expression, { extensions: { "urn:x": { badge: "B7" } } })).toEqual(value);
  });

  it.each([
    ["user.titel", "user has no field titel"],
    ["user.name.first", "user.name has no field first"],
    ["nobody", "there is no variable nobody"],
    ["user.title == later", "there is no variable later"],
    ["shout(user.title)", "there is no function shout"],
    ["'x'.format(['y'])", "there is no function format"],
    ["user.title ==", ""],
    [`'${"x".repeat(4_096)}'`, "more than 4096 characters"],
    [`[${"1,".repeat(500)}1]`, "more than 500 nodes"],
    ["user.emails.map(a, user.emails.map(b, user.emails.map(c, c.value)))", "nested more than 2 deep"],
  ])("%s is refused when the rules are compiled", (expression, message) => {
    expect(() => compileRuleSet(KIND, 1, [rule({ let: [{ name: "x", expression }] })])).toThrow(message);
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
    expect(compile({ let: [{ name: "user", expression: "1" }] })).toThrow("user: the name is taken.");
    expect(compile({ let: Array(2).fill({ name: "a", expression: "1" }) })).toThrow("a: the name is taken.");
    expect(compile({ set: [{ name: "shoe_size", expression: "1" }] })).toThrow("there is no such field to set");
  });

  it("names the expression that fails, and nothing of the rule set applies", () => {
    const rules = [
      rule({ set: [{ name: "name", expression: "'a'" }] }),
      rule({ name: "Broken", set: [{ name: "job_title", expression: "user.title + 1" }] }),
    ];
    expect(evaluate(rules).error).toMatchObject({ rule: "Broken", expression: "job_title" });
  });

  it("needs a condition that is true or false", () => {
    expect(evaluate([rule({ when: "user.title" })]).error?.message).toBe("when: it gives neither true nor false.");
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
    expect(() => compileRuleSet(KIND, 1, rules)).toThrow("it finds the person, so it cannot depend on person");
  });

  it("needs no expression but those of the key to find the person", () => {
    const lets = [
      { name: "mail", expression: "user.userName" },
      { name: "other", expression: "person.name" },
    ];
    const ruleSet = compileRuleSet(KIND, 1, [
      rule({ let: lets, set: [{ name: "primary_email", expression: "mail" }] }),
    ]);
    expect(ruleSet.lookup?.let.map(({ name }) => name)).toEqual(["mail"]);
    expect(evaluateLookup(ruleSet, complete(userVariables, { user: { userName: " a@b.example " } }) as Variables)).toBe(
      "a@b.example",
    );
  });
});
