import type { SchemaAttribute } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import {
  SchemaAttribute as SchemaAttributes,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { type CheckContext, checkRules, type ExpressionProblem } from "./check-expressions.ts";
import { defaultGroupRules, defaultUserRules } from "./default-rules.ts";

const USER = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
const GROUP = ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP;
const { SCHEMA_ATTRIBUTE_TYPE_STRING, SCHEMA_ATTRIBUTE_TYPE_COMPLEX } = SchemaAttributeType;

function rule(parts: Partial<Rule>): Rule {
  return { name: "R", description: "", disabled: false, let: [], when: "true", set: [], onCreate: [], ...parts };
}

function named(...expressions: [name: string, expression: string][]) {
  return expressions.map(([name, expression]) => ({ name, expression }));
}

/** The problems of an expression, each as "<what is concerned>: message => suggestion". */
function problemsIn(expression: string, context: CheckContext = {}): string[] {
  const rules = [rule({ let: named(["x", expression]), when: "x == x" })];
  return checkRules(USER, rules, context).map((problem) => inShort(expression, problem));
}

function inShort(source: string, { severity, offset, length, message, suggestion }: ExpressionProblem): string {
  const concerned = [...source].slice(offset, offset + length).join("");
  const mark = severity === "warning" ? "(warning) " : "";
  return `${mark}${concerned}: ${message}${suggestion && ` => ${suggestion}`}`;
}

describe("the check of an expression", () => {
  it.each([
    ["user.titel", "titel: user has no field titel. => title"],
    ["user.givenName", "givenName: user has no field givenName. => name.givenName"],
    ["userNam", "userNam: There is no variable userNam. => user.userName"],
    ["usr.title", "usr: There is no variable usr. => user"],
    ["True", "True: There is no variable True. => true"],
    ["int", "int: There is no variable int."],
    ["user.emails.filter(e, e.valeu)", "valeu: an element of user.emails has no field valeu. => value"],
    ["user.emails.map(e, f.value)", "f: There is no variable f."],
    [
      "groups.exists(g, g.clasification == 'x')",
      "clasification: an element of groups has no field clasification. => classification",
    ],
    [
      "user.emails.value",
      "value: user.emails is a list, which has no fields; its elements may. => user.emails.map(x, x.value)",
    ],
    ["user.title.x", "x: user.title is text, which has no fields."],
    ["has(user.titel)", "titel: user has no field titel. => title"],
    ["ofType(user.emails, 'work').vlaue", "vlaue: an element of user.emails has no field vlaue. => value"],
    ["{'a': 1}.b", "b: The object has no field b."],
    ["'😀' == user.titel", "titel: user has no field titel. => title"],
    ["uper(user.title)", "uper: There is no function uper. => upper"],
    ["toUpperCase(user.title)", "toUpperCase: There is no function toUpperCase. => upper"],
    ["user.title.upper()", "upper: upper is called as upper(x). => upper(x)"],
    ["contains(user.title, 'x')", "contains: contains is called as x.contains(part). => x.contains(part)"],
    ["left('a')", "left: left is called as left(x, count). => left(x, count)"],
    ["switch('a')", "switch: switch is called as switch(x, cases, [otherwise]). => switch(x, cases, [otherwise])"],
    ["left(user.title, 'a')", "'a': count of left(x, count) cannot be text."],
    ["lower(user.emails)", "user.emails: x of lower(x) cannot be a list of objects."],
    ["user.emails.map(e)", "map: map is called as list.map(x, …). => list.map(x, …)"],
    ["user.title.map(x, x)", "user.title: map runs over a list, and this is text."],
    ["user.emails.exists(e, e.value)", "e.value: exists needs true or false here, and this is text."],
  ])("knows names and functions: %s", (expression, ...problems) => {
    expect(problemsIn(expression)).toEqual(problems);
  });

  it.each([
    [
      "user.title + 1",
      "user.title + 1: “+” takes two numbers, two texts or two lists, not text and a number. => string(…)",
    ],
    ["(user.title) * 2", "(user.title) * 2: “*” takes two numbers, not text and a number."],
    ["-user.title", "user.title: “-” takes a number, not text."],
    ["!user.title", "user.title: “!” needs true or false, and this is text. => isPresent(…)"],
    ["user.roles || deleted", "user.roles: “||” needs true or false, and this is a list of objects."],
    ["user.title ? 1 : 2", "user.title: “?” needs true or false, and this is text. => isPresent(…)"],
    ["user.title < 1", "user.title < 1: “<” takes two numbers or two texts, not text and a number."],
    [
      "'x' in user.title",
      "user.title: “in” looks in a list or the keys of an object, and this is text. => x.contains(part)",
    ],
    ["{'a': 1, 'a': 2}", "'a': The key \"a\" is there twice."],
    ["{1: 2}", "1: A key is text, and this is a number."],
    ["99999999999999999999", "99999999999999999999: This number is too large."],
    ["user.emails['a']", "'a': A list of objects has no [text]."],
    ["user.title == 5", "(warning) user.title == 5: This is never true: text is not a number."],
    ["1 in user.roles", "(warning) 1 in user.roles: This is never true: a number is not in a list of objects."],
    ["user.emails[0].value", "(warning) 0: Where the list is shorter, the record fails. => first(user.emails)"],
    [
      "user.active && true",
      "(warning) user.active: This may be null, which is neither true nor false: the record fails then. => … == true",
    ],
    [
      "'a' + first(user.emails).value",
      '(warning) first(user.emails).value: This may be null, which “+” does not take: the record fails then. => join([…], "")',
    ],
  ])("knows types: %s", (expression, ...problems) => {
    expect(problemsIn(expression)).toEqual(problems);
  });

  it.each([
    "user.customFields.a.b + 1",
    "user.extensions[user.title].x.filter(e, e.y > 1)",
    "firstPresent([user.customFields.a, 1]) == 'x'",
    "(deleted ? user.title : 5) == 5",
    "user.emails.map(user, user.value)",
    "{user.title: 1}.anything",
    "[] + [1] + user.emails",
    "first([]).anything",
    "user.active == null || person.vip == user.active",
    "size(user.emails) > 1.5",
    "user.emails.filter(e, e.type == 'work').map(e, lower(e.value)).exists_one(v, v.endsWith('.example'))",
  ])("lets pass what may be right: %s", (expression) => {
    expect(problemsIn(expression)).toEqual([]);
  });

  it("answers all problems of an expression in their order", () => {
    expect(problemsIn("uper(user.titel) + nobody + (user.name + 1)")).toEqual([
      "uper: There is no function uper. => upper",
      "titel: user has no field titel. => title",
      "nobody: There is no variable nobody.",
      "user.name + 1: “+” takes two numbers, two texts or two lists, not an object and a number.",
    ]);
  });

  const attribute = (parts: Partial<SchemaAttribute>) => SchemaAttributes.fromPartial(parts);
  const schema = {
    urn: "urn:example:hr",
    recordKinds: [USER],
    attributes: [
      attribute({ name: "badge", type: SCHEMA_ATTRIBUTE_TYPE_STRING }),
      attribute({
        name: "desks",
        type: SCHEMA_ATTRIBUTE_TYPE_COMPLEX,
        multiValued: true,
        subAttributes: [attribute({ name: "room", type: SCHEMA_ATTRIBUTE_TYPE_STRING })],
      }),
    ],
  };
  it.each([
    ["user.extensions['urn:example:hr'].badge", ""],
    [
      "user.extensions['urn:example:hr'].bagde",
      'bagde: user.extensions["urn:example:hr"] has no field bagde. => badge',
    ],
    [
      "user.extensions['urn:example:hx'].badge",
      "'urn:example:hx': user.extensions has no field urn:example:hx. => urn:example:hr",
    ],
    [
      "user.extensions['urn:example:hr'].desks.map(d, d.rom)",
      'rom: an element of user.extensions["urn:example:hr"].desks has no field rom. => room',
    ],
    ["user.extensions['urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields'].any.thing", ""],
    ["user.customFields.any.thing", ""],
  ])("knows the account's extensions: %s", (expression, problem) => {
    expect(problemsIn(expression, { extensionSchemas: [schema] })).toEqual(problem === "" ? [] : [problem]);
    // Without the schemas nothing is known of them.
    expect(problemsIn(expression)).toEqual([]);
    expect(
      checkRules(GROUP, [rule({ when: "group.extensions['urn:example:hr'] == null" })], { extensionSchemas: [schema] }),
    ).toHaveLength(1);
  });
});

describe("the check of rules", () => {
  const placesOf = (problems: ExpressionProblem[]) =>
    problems.map(({ ruleIndex, path, message, suggestion }) => [ruleIndex, path, message, suggestion].join(" | "));

  it("finds nothing in the default rules", () => {
    expect(checkRules(USER, defaultUserRules)).toEqual([]);
    expect(checkRules(GROUP, defaultGroupRules)).toEqual([]);
  });

  it("answers the problems of all rules and parts, those of disabled rules, too", () => {
    const rules = [
      rule({
        let: named(
          ["early", "late"],
          ["user", "1"],
          ["full name", "'a'"],
          ["null", "'a'"],
          ["late", "'a'"],
          ["late", "'b'"],
        ),
        when: "user.title",
        set: named(["job_titel", "early"], ["name", "late"], ["name", "late"]),
        onCreate: named(["locale", "nobody"]),
      }),
      rule({ disabled: true, set: named(["organization", "byName('x')"]) }),
      rule({ name: " ", set: named(["primary_email", "person.name"]) }),
    ];
    expect(placesOf(checkRules(USER, rules))).toEqual([
      "0 | let.early | late is used before it is defined: expressions are evaluated in their order. | ",
      "0 | let.user | The name user is taken. | ",
      "0 | let.full name | A name has letters, digits and underscores, and begins with no digit. | full_name",
      "0 | let.null | null is a word that CEL keeps for itself. | ",
      "0 | let.late | The name late is taken. | ",
      "0 | when | This needs true or false, and gives text. | ",
      "0 | set.job_titel | There is no field job_titel to set. | job_title",
      "0 | set.name | name is set twice. | ",
      "0 | on_create.locale | There is no variable nobody. | ",
      "0 | let.full name | full name is not used. | ",
      "0 | let.null | null is not used. | ",
      "1 | name | Another rule has this name. | ",
      "1 | set.organization | This needs a list of candidates made by byName or byId, and gives a candidate. | […]",
      "2 | name | A rule needs a name. | ",
      "2 | set.primary_email | It finds the person, so it cannot depend on person. | ",
    ]);
  });

  it.each([
    ["job_title", "user.emails", "This needs text, and gives a list of objects."],
    ["job_title", "deleted", "This needs text, and gives true or false."],
    ["vip", "user.title", "This needs true or false, and gives text."],
    ["organization", "user.title", "This needs a list of candidates made by byName or byId, and gives text."],
    ["organization", "[byScimUser(user.id)]", "This needs a list of candidates made by byName or byId."],
    ["manager", "[byName(user.title)]", "This needs a list of candidates made by byScimUser or byId."],
    [
      "contacts",
      "user.emails",
      "There is no “value” in a contact: this needs a list of objects with protocol, label, uri.",
    ],
    [
      "contacts",
      "[{'protocol': 'email', 'url': 'x'}]",
      "There is no “url” in a contact: this needs a list of objects with protocol, label, uri.",
    ],
    ["contacts", "[{'protocol': 'email', 'uri': []}]", "“uri” in a contact needs text, and this is a list."],
    [
      "addresses",
      "[{'city': 'x'}]",
      "“label” is missing in an address: this needs a list of objects with label, address, city, state, zip, country.",
    ],
  ])("knows what %s takes: %s", (field, expression, message) => {
    expect(checkRules(USER, [rule({ set: named([field, expression]) })])[0]?.message).toBe(message);
  });

  it.each([
    ["job_title", "null"],
    ["job_title", "user.customFields.title"],
    ["job_title", "size(user.emails)"],
    ["vip", "deleted ? true : null"],
    ["organization", "[byName(user.title), null] + groups.map(g, byId(g.organizationId)) + []"],
    ["manager", "null"],
    ["contacts", "[]"],
    ["contacts", "user.emails.map(e, {'protocol': 'email', 'label': 'work', 'uri': e.value})"],
    ["addresses", "user.customFields.addresses"],
  ])("lets %s be %s", (field, expression) => {
    expect(checkRules(USER, [rule({ set: named([field, expression]) })])).toEqual([]);
  });

  it("warns of rules that do nothing, and of names that are not used", () => {
    expect(placesOf(checkRules(USER, []))).toEqual(["-1 |  | There is no rule, so nothing is mapped. | "]);
    const idle = rule({ disabled: true, let: named(["a", "1"], ["b", "a"]) });
    expect(checkRules(USER, [idle]).map(({ severity, message }) => [severity, message])).toEqual([
      ["warning", "No rule is enabled, so nothing is mapped."],
      ["warning", "b is not used."],
    ]);
  });

  it("says whether a name or an expression is meant, and counts characters", () => {
    expect(checkRules(USER, [rule({ let: named(["a b", "'😀' + usr.title"]), when: "true" })])).toMatchObject([
      { path: "let.a b", inName: true, offset: 0, length: 3 },
      { path: "let.a b", inName: false, offset: 6, length: 3 },
      { path: "let.a b", inName: true, severity: "warning" },
    ]);
  });

  it("knows only group rules' variables and fields in group rules", () => {
    const rules = [rule({ when: "user.title == group.displayName", set: named(["vip", "true"], ["name", "'x'"]) })];
    expect(placesOf(checkRules(GROUP, rules))).toEqual([
      "0 | when | There is no variable user. | ",
      "0 | set.vip | There is no field vip to set. | ",
    ]);
  });
});
