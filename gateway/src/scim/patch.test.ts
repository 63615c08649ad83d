import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { groupSchema } from "../mapping/group.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "./error.ts";
import { patchChanges } from "./patch.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";
const message = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] };

const ADD = ChangeOperation.CHANGE_OPERATION_ADD;
const REPLACE = ChangeOperation.CHANGE_OPERATION_REPLACE;
const REMOVE = ChangeOperation.CHANGE_OPERATION_REMOVE;

function user(...Operations: unknown[]): Change[] {
  return patchChanges({ ...message, Operations }, userSchema);
}

function group(...Operations: unknown[]): Change[] {
  return patchChanges({ ...message, Operations }, groupSchema);
}

function change(operation: ChangeOperation, path: string, value?: unknown, element?: Filter): Change {
  const [attribute = "", subAttribute = ""] = path.split("/");
  return { operation, attribute, subAttribute, value, element, immutable: false };
}

function eq(attribute: string, value: string | boolean): Filter {
  const typed = typeof value === "string" ? { $case: "text" as const, value } : { $case: "boolean" as const, value };
  const operator = ComparisonOperator.COMPARISON_OPERATOR_EQUAL;
  return { expression: { $case: "comparison", value: { attribute, operator, value: typed, caseExact: false } } };
}

function exactly(attribute: string, value: string): Filter {
  const filter = eq(attribute, value);
  if (filter.expression?.$case === "comparison") filter.expression.value.caseExact = true;
  return filter;
}

function all(...filters: Filter[]): Filter {
  return { expression: { $case: "and", value: { filters } } };
}

function refuses(action: () => unknown, scimType: ScimError["scimType"], detail: string, status = 400): void {
  expect(action).toThrow(new ScimError(status, scimType, detail));
  try {
    action();
  } catch (error) {
    expect(error).toMatchObject({ status, scimType });
  }
}

describe("patchChanges as Okta speaks", () => {
  it("deactivates without a path", () => {
    expect(user({ op: "replace", value: { active: false } })).toEqual([change(REPLACE, "active", false)]);
  });

  it("accepts a password and keeps nothing of it", () => {
    expect(user({ op: "replace", value: { password: "tlzr37Ki" } })).toEqual([]);
    expect(user({ op: "replace", path: "password", value: "tlzr37Ki" })).toEqual([]);
  });

  it("renames a group although the value repeats its id", () => {
    expect(group({ op: "replace", value: { id: "abf4dd94", displayName: "Test SCIMv2" } })).toEqual([
      change(REPLACE, "display_name", "Test SCIMv2"),
    ]);
  });

  it("removes and adds members in one request", () => {
    expect(
      group(
        { op: "remove", path: 'members[value eq "89bb1940"]' },
        { op: "add", path: "members", value: [{ value: "23a35c27", display: "test.user@okta.local" }] },
      ),
    ).toEqual([change(REMOVE, "members", [{ value: "89bb1940" }]), change(ADD, "members", [{ value: "23a35c27" }])]);
  });

  it("replaces the members, by none too, with a path and without", () => {
    expect(group({ op: "replace", path: "members", value: [{ value: "a" }, { value: "b" }] })).toEqual([
      change(REPLACE, "members", [{ value: "a" }, { value: "b" }]),
    ]);
    expect(group({ op: "replace", path: "members", value: [] })).toEqual([change(REPLACE, "members", null)]);
    expect(group({ op: "replace", value: { members: [], id: "g", displayName: "x" } })).toEqual([
      change(REPLACE, "members", null),
      change(REPLACE, "display_name", "x"),
    ]);
  });
});

describe("patchChanges as Entra speaks", () => {
  it("takes capitalised operations and booleans as text", () => {
    expect(user({ op: "Replace", path: "active", value: "False" })).toEqual([change(REPLACE, "active", false)]);
    expect(user({ op: "Add", path: "active", value: "True" })).toEqual([change(ADD, "active", true)]);
  });

  it("takes its older wrapping of single values", () => {
    expect(user({ op: "Replace", path: "displayName", value: [{ $ref: null, value: "x" }] })).toEqual([
      change(REPLACE, "display_name", "x"),
    ]);
  });

  it("reads dotted and URN keys of a value without a path", () => {
    expect(
      user({
        op: "replace",
        value: {
          displayName: "x",
          "name.givenName": "y",
          [`${enterprise}:employeeNumber`]: "1",
          [enterprise]: { department: "d", manager: { Value: "m" } },
          'emails[type eq "work"].value': null,
        },
      }),
    ).toEqual([
      change(REPLACE, "display_name", "x"),
      change(REPLACE, "name/given_name", "y"),
      change(REPLACE, "enterprise.employee_number", "1"),
      change(REPLACE, "enterprise.department", "d"),
      change(REPLACE, "enterprise.manager/value", "m"),
      change(REPLACE, "emails/value", null, eq("type", "work")),
    ]);
  });

  it("hands filtered paths on with their filter in the attribute's types", () => {
    expect(
      user(
        { op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value: "1" },
        { op: "Replace", path: 'roles[primary eq "True"].value', value: "r" },
        { op: "Replace", path: "addresses[primary eq true].country", value: "NL" },
        { op: "Replace", path: 'emails[type eq "work"]', value: { Value: "x", Primary: "True" } },
      ),
    ).toEqual([
      change(ADD, "phone_numbers/value", "1", eq("type", "mobile")),
      change(REPLACE, "roles/value", "r", eq("primary", true)),
      change(REPLACE, "addresses/country", "NL", eq("primary", true)),
      change(REPLACE, "emails", { value: "x", primary: true }, eq("type", "work")),
    ]);
  });

  it.each([
    ["a bare id", "m"],
    ["an object", { value: "m" }],
    ["a list with $ref", [{ $ref: "http://h/scim/v2/Users/m", value: "m" }]],
    ["$ref alone", { $ref: "../Users/m" }],
    ["an object with what only the server writes", { value: "m", displayName: "Mia" }],
  ])("sets the manager from %s", (_, value) => {
    for (const path of ["manager", `${enterprise}:manager`]) {
      expect(user({ op: "Add", path, value })).toEqual([change(ADD, "enterprise.manager/value", "m")]);
    }
  });

  it.each([[""], [{ value: "" }], [null], [{}], [[{ value: null }]], [[]]])("clears the manager by %j", (value) => {
    expect(user({ op: "replace", path: `${enterprise}:manager`, value })).toEqual([
      change(REPLACE, "enterprise.manager", null),
    ]);
  });

  it("clears the manager by its value too", () => {
    expect(user({ op: "replace", path: "manager.value", value: "" })).toEqual([
      change(REPLACE, "enterprise.manager", null),
    ]);
    expect(user({ op: "Remove", path: `${enterprise}:manager` })).toEqual([change(REMOVE, "enterprise.manager")]);
    expect(user({ op: "Remove", path: `${enterprise}:manager.value` })).toEqual([change(REMOVE, "enterprise.manager")]);
  });

  it("clears by empty text and by null", () => {
    for (const value of ["", null]) {
      expect(
        user(
          { op: "replace", path: "title", value },
          { op: "replace", path: "name.givenName", value },
          { op: "replace", path: 'emails[type eq "work"].value', value },
          { op: "replace", path: 'emails[type eq "work"]', value },
          { op: "replace", path: "emails", value },
          { op: "add", path: "nickName", value },
          { op: "add", path: "emails", value },
        ),
      ).toEqual([
        change(REPLACE, "title", null),
        change(REPLACE, "name/given_name", null),
        change(REPLACE, "emails/value", null, eq("type", "work")),
        change(REPLACE, "emails", null, eq("type", "work")),
        change(REPLACE, "emails", null),
        change(REPLACE, "nick_name", null),
      ]);
    }
  });

  it("removes only the listed members, or all where none is listed", () => {
    expect(group({ op: "Remove", path: "members", value: [{ $ref: null, value: "a" }] })).toEqual([
      change(REMOVE, "members", [{ value: "a" }]),
    ]);
    expect(group({ op: "remove", path: "members", value: ["a", { value: "b" }] })).toEqual([
      change(REMOVE, "members", [{ value: "a" }, { value: "b" }]),
    ]);
    expect(group({ op: "remove", path: "members" })).toEqual([change(REMOVE, "members")]);
    expect(group({ op: "remove", path: "members", value: [] })).toEqual([]);
    expect(group({ op: "remove", path: 'members[value eq "a" or value eq "b"]' })).toEqual([
      change(REMOVE, "members", [{ value: "a" }, { value: "b" }]),
    ]);
  });
});

describe("patchChanges by RFC 7644 section 3.5.2", () => {
  it("adds to a list and merges into a complex attribute, clearing what is null", () => {
    expect(
      user(
        { op: "add", path: "emails", value: { value: "x", type: "work" } },
        { op: "replace", path: "name", value: { givenName: "G", middleName: null, familyName: "" } },
        { op: "replace", path: "name", value: { givenName: null } },
      ),
    ).toEqual([
      change(ADD, "emails", [{ value: "x", type: "work" }]),
      change(REPLACE, "name/family_name", null),
      change(REPLACE, "name/given_name", "G"),
      change(REPLACE, "name/middle_name", null),
      change(REPLACE, "name/given_name", null),
    ]);
  });

  it("removes attributes, sub-attributes, elements and whole extensions", () => {
    expect(
      user(
        { op: "remove", path: "nickName" },
        { op: "remove", path: "name.middleName" },
        { op: "remove", path: 'emails[type eq "home"]' },
        { op: "remove", path: 'emails[type eq "work"].display' },
        { op: "remove", path: "emails", value: [{ value: "x", type: "work" }] },
        { op: "remove", path: "addresses", value: [{ country: "NL" }] },
        { op: "remove", path: `${customFields}:payroll_id` },
      ),
    ).toEqual([
      change(REMOVE, "nick_name"),
      change(REMOVE, "name/middle_name"),
      change(REMOVE, "emails", undefined, eq("type", "home")),
      change(REMOVE, "emails/display", undefined, eq("type", "work")),
      change(REMOVE, "emails", undefined, all(eq("value", "x"))),
      change(REMOVE, "addresses", undefined, all(eq("country", "NL"))),
      change(REMOVE, `${customFields}:payroll_id`),
    ]);
    const removed = user({ op: "remove", path: enterprise });
    expect(removed.map(({ attribute }) => attribute)).toContain("enterprise.manager");
    expect(removed).toHaveLength(9);
  });

  it("takes custom fields in both shapes and by path", () => {
    const expected = [
      change(REPLACE, `${customFields}:payroll_id`, "p"),
      change(REPLACE, `${customFields}:year`, 1975),
    ];
    expect(user({ op: "replace", value: { [customFields]: { payroll_id: "p", year: 1975 } } })).toEqual(expected);
    expect(
      user({
        op: "replace",
        path: customFields,
        value: {
          custom_fields: [
            { id: "payroll_id", value: "p" },
            { id: "year", value: 1975 },
          ],
        },
      }),
    ).toEqual(expected);
    expect(user({ op: "add", path: `${customFields}:tags`, value: ["a", "b"] })).toEqual([
      change(ADD, `${customFields}:tags`, ["a", "b"]),
    ]);
  });

  it("removes all custom fields by their URN, and by giving it no value", () => {
    const expected = [change(REMOVE, customFields)];
    expect(user({ op: "remove", path: customFields })).toEqual(expected);
    for (const value of [null, "", []]) {
      expect(user({ op: "replace", path: customFields, value })).toEqual(expected);
      expect(user({ op: "replace", value: { [customFields]: value } })).toEqual(expected);
    }
    expect(user({ op: "replace", path: customFields, value: {} })).toEqual([]);
  });

  it("removes what is listed of a custom field that is a list", () => {
    expect(user({ op: "remove", path: `${customFields}:tags`, value: ["a"] })).toEqual([
      change(REMOVE, `${customFields}:tags`, ["a"]),
    ]);
  });

  it("tolerates known URNs for schemas", () => {
    for (const op of ["add", "replace"]) {
      expect(user({ op, path: "schemas", value: [enterprise] }, { op, value: { schemas: [enterprise] } })).toEqual([]);
    }
  });

  it("adds members that a path selects", () => {
    const expected = [change(ADD, "members", [{ value: "a" }, { value: "b" }])];
    const path = 'members[value eq "a" or value eq "b"]';
    for (const value of [{}, { display: "A" }, [], null]) {
      expect(group({ op: "add", path, value })).toEqual(expected);
    }
    expect(group({ op: "add", path: 'members[value eq "a"]', value: { value: "a", type: "User" } })).toEqual([
      change(ADD, "members", [{ value: "a" }]),
    ]);
  });

  it("removes members by any filter, references by the addresses under the request's own", () => {
    const remove = (filter: string) =>
      patchChanges(
        { ...message, Operations: [{ op: "remove", path: `members[${filter}]` }] },
        groupSchema,
        "https://x/scim",
      );
    expect(remove('type eq "User"')).toEqual([change(REMOVE, "members", undefined, eq("type", "User"))]);
    expect(remove('$ref eq "https://x/scim/Users/u1"')).toEqual([
      change(REMOVE, "members", undefined, all(exactly("type", "User"), exactly("value", "u1"))),
    ]);
    expect(remove('$ref eq "https://y/scim/Users/u1"')[0]?.element).toMatchObject({ expression: { $case: "not" } });
    expect(remove('value eq "a" or display eq "b"')[0]).toMatchObject({ value: undefined });
  });

  it("ignores what only the server writes in a value without a path", () => {
    expect(
      user({
        op: "replace",
        value: {
          schemas: [userSchema.urn],
          id: "x",
          meta: { resourceType: "User" },
          groups: [],
          "manager.displayName": "Mia",
          title: "t",
        },
      }),
    ).toEqual([change(REPLACE, "title", "t")]);
  });

  it("joins runs of members that come one by one, and keeps the order", () => {
    const add = (value: string) => ({ op: "add", path: "members", value: [{ value }] });
    const remove = (value: string) => ({ op: "remove", path: `members[value eq "${value}"]` });
    expect(group(add("a"), add("b"), remove("a"), remove("c"), add("a"))).toEqual([
      change(ADD, "members", [{ value: "a" }, { value: "b" }]),
      change(REMOVE, "members", [{ value: "a" }, { value: "c" }]),
      change(ADD, "members", [{ value: "a" }]),
    ]);
  });

  it("does not touch its input", () => {
    const body = {
      ...message,
      Operations: [
        { op: "add", path: "members", value: [{ value: "a" }, { value: "b" }] },
        { op: "add", path: "members", value: "c" },
      ],
    };
    const before = structuredClone(body);
    patchChanges(body, groupSchema);
    expect(body).toEqual(before);
  });

  it("accepts an empty list of operations and names of any case", () => {
    expect(user()).toEqual([]);
    expect(patchChanges({ operations: [{ OP: "REPLACE", Path: "TITLE", Value: "t" }] }, userSchema)).toEqual([
      change(REPLACE, "title", "t"),
    ]);
  });
});

describe("patchChanges on bad input", () => {
  it.each<[string, unknown, ScimError["scimType"], string]>([
    [
      "an unknown path",
      { op: "add", path: "family", value: "x" },
      "invalidPath",
      "family is not an attribute of User.",
    ],
    [
      "an unknown key",
      { op: "add", value: { nicName: "x" } },
      "invalidPath",
      "nicName is not an attribute of User. Did you mean nickName?",
    ],
    [
      "a malformed path",
      { op: "add", path: "emails[", value: "x" },
      "invalidPath",
      "The path is malformed: expected an attribute name at position 7, found the end.",
    ],
    ["a path that is no text", { op: "add", path: 1, value: "x" }, "invalidPath", "path must be a string."],
    [
      "an unknown name in a filter",
      { op: "add", path: 'emails[kind eq "x"].value', value: "x" },
      "invalidFilter",
      "kind is not an attribute of emails.",
    ],
    ["a read-only attribute", { op: "replace", path: "id", value: "x" }, "mutability", "id cannot be changed."],
    [
      "a read-only sub-attribute",
      { op: "replace", path: "meta.created", value: "x" },
      "mutability",
      "meta.created cannot be changed.",
    ],
    [
      "the groups of a user",
      { op: "add", path: "groups", value: [{ value: "x" }] },
      "mutability",
      "groups cannot be changed.",
    ],
    [
      "the manager's name",
      { op: "add", path: "manager.displayName", value: "x" },
      "mutability",
      `${enterprise}:manager.displayName cannot be changed.`,
    ],
    ["no value", { op: "replace", path: "title" }, "invalidValue", "value is required for replace."],
    [
      "no object without a path",
      { op: "replace", value: "x" },
      "invalidValue",
      "value must be an object where there is no path.",
    ],
    ["remove without a path", { op: "remove" }, "noTarget", "path is required for remove."],
    [
      "remove of a required attribute",
      { op: "remove", path: "userName" },
      "mutability",
      "userName is required and cannot be removed.",
    ],
    [
      "a required attribute cleared",
      { op: "replace", path: "userName", value: "" },
      "invalidValue",
      "userName is required.",
    ],
    ["the wrong type", { op: "replace", path: "title", value: 1 }, "invalidValue", "title must be a string."],
    [
      "the wrong type of a sub-attribute",
      { op: "replace", path: "name.givenName", value: {} },
      "invalidValue",
      "name.givenName must be a string.",
    ],
    [
      "the wrong type in an extension",
      { op: "replace", path: "manager", value: 7 },
      "invalidValue",
      `${enterprise}:manager must be an object.`,
    ],
    [
      "a boolean that is none",
      { op: "replace", path: "active", value: "no" },
      "invalidValue",
      "active must be a boolean.",
    ],
    [
      "two primary elements",
      {
        op: "add",
        path: "emails",
        value: [
          { value: "a", primary: true },
          { value: "b", primary: "True" },
        ],
      },
      "invalidValue",
      "emails must have at most one element whose primary is true.",
    ],
    ["an unknown op", { op: "move", path: "title", value: "x" }, "invalidSyntax", "op must be add, replace or remove."],
    ["no op", { path: "title", value: "x" }, "invalidSyntax", "op must be add, replace or remove."],
    ["no object", "x", "invalidSyntax", "An operation must be an object."],
    [
      "a prototype in a path",
      { op: "add", path: "__proto__.polluted", value: "x" },
      "invalidPath",
      "The path is malformed: expected an attribute name at position 0, found __proto__.polluted.",
    ],
    [
      "a prototype among the keys",
      { op: "add", value: JSON.parse('{"__proto__": {"polluted": true}}') },
      "invalidPath",
      "The path is malformed: expected an attribute name at position 0, found __proto__.",
    ],
    [
      "a prototype among custom fields",
      { op: "add", value: { [customFields]: { constructor: 1 } } },
      "invalidSyntax",
      `constructor is not an attribute of ${customFields}.`,
    ],
    [
      "all core attributes",
      { op: "remove", path: userSchema.urn },
      "invalidPath",
      `${userSchema.urn}: its attributes can only be removed one by one.`,
    ],
  ])("refuses %s", (_, operation, scimType, detail) => {
    refuses(() => user({ op: "replace", value: { title: "fine" } }, operation), scimType, `Operations[1]: ${detail}`);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each<[string, unknown, ScimError["scimType"], string]>([
    [
      "a member altered",
      { op: "replace", path: 'members[value eq "a"].value', value: "b" },
      "mutability",
      "An element of members cannot be changed.",
    ],
    [
      "a member added by something else",
      { op: "add", path: 'members[display eq "a"]', value: {} },
      "invalidFilter",
      'members: a filter names who is added by value alone, as in members[value eq "id"].',
    ],
    [
      "a member replaced by something else",
      { op: "replace", path: 'members[display eq "a"]', value: { value: "b" } },
      "mutability",
      "An element of members cannot be changed.",
    ],
    [
      "a member removed by what members do not have",
      { op: "remove", path: 'members[colour eq "a"]' },
      "invalidFilter",
      "colour is not an attribute of members.",
    ],
    [
      "a member without an id",
      { op: "add", path: "members", value: [{ display: "a" }] },
      "invalidValue",
      "members[0].value is required.",
    ],
    [
      "the name removed",
      { op: "remove", path: "displayName" },
      "mutability",
      "displayName is required and cannot be removed.",
    ],
  ])("refuses %s of a group", (_, operation, scimType, detail) => {
    refuses(() => group(operation), scimType, `Operations[0]: ${detail}`);
  });

  it.each([
    [{ op: "replace", OP: "remove", path: "title", value: "x" }, "op"],
    [{ op: "replace", path: "title", Path: "nickName", value: "x" }, "path"],
    [{ op: "replace", path: "title", value: "x", Value: "y" }, "value"],
    [{ op: "replace", value: { title: "a", Title: "b" } }, "title"],
    [{ op: "replace", value: { "name.givenName": "a", "Name.GivenName": "b" } }, "name.givenName"],
    [{ op: "replace", value: { [enterprise]: { division: "a", Division: "b" } } }, "division"],
  ])("refuses names that differ in case alone in %j", (operation, name) => {
    refuses(() => user(operation), "invalidSyntax", `Operations[0]: ${name} is given twice.`);
  });

  it("refuses names of its own that differ in case alone, and takes those of custom fields", () => {
    const twice = { Operations: [], operations: [{ op: "remove", path: "title" }] };
    refuses(() => patchChanges(twice, userSchema), "invalidSyntax", "Operations is given twice.");
    const members = { members: [{ value: "a" }], Members: [] };
    refuses(() => patchChanges(members, groupSchema), "invalidSyntax", "members is given twice.");
    expect(user({ op: "add", value: { [`${customFields}:a`]: "x", [`${customFields}:A`]: "y" } })).toHaveLength(2);
    expect(user({ op: "add", value: { [customFields]: { a: "x", A: "y" } } })).toHaveLength(2);
  });

  it("refuses a body that is no PATCH", () => {
    refuses(() => patchChanges([], userSchema), "invalidSyntax", "The body must be a JSON object.");
    refuses(() => patchChanges({ ...message }, userSchema), "invalidSyntax", "Operations must be a list.");
    refuses(() => patchChanges({ Operations: {} }, userSchema), "invalidSyntax", "Operations must be a list.");
    refuses(
      () => patchChanges({ schemas: ["urn:x"], Operations: [] }, userSchema),
      "invalidValue",
      "schemas: urn:x is not known.",
    );
  });

  it("takes 5,000 expressions in the filters of all paths, and not one more", () => {
    const filter = Array(49).fill('type eq "a"').join(" or ");
    const operations = (count: number) => Array(count).fill({ op: "remove", path: `emails[${filter}]` });
    expect(user(...operations(100))).toHaveLength(100);
    refuses(
      () => user(...operations(100), { op: "remove", path: "emails[type pr]" }),
      "invalidFilter",
      "The filters in the paths of a PATCH have at most 5000 expressions in all.",
    );
  });

  it("takes 100 expressions in the filters of members, and not one more", () => {
    const filter = Array(49).fill('display eq "a"').join(" or ");
    const remove = { op: "remove", path: `members[${filter}]` };
    expect(group(remove, remove)).toHaveLength(2);
    refuses(
      () => group(remove, remove, { op: "remove", path: "members[display pr]" }),
      "invalidFilter",
      "Filters of members in the paths of a PATCH have at most 100 expressions in all.",
    );
    const named = Array(60).fill({ op: "remove", path: 'members[value eq "a" or value eq "b"]' });
    expect(group(...named)).toHaveLength(1);
  });

  it("takes 1,000 operations and 20,000 member values, and not one more", () => {
    const operation = { op: "replace", path: "title", value: "t" };
    expect(user(...Array(1_000).fill(operation))).toHaveLength(1_000);
    refuses(() => user(...Array(1_001).fill(operation)), undefined, "A PATCH has at most 1000 operations.", 413);

    const add = (count: number) => ({ op: "add", path: "members", value: Array(count).fill({ value: "m" }) });
    expect(group(add(10_000), add(10_000))).toHaveLength(1);
    refuses(
      () => group(add(10_000), add(10_000), add(1)),
      "invalidValue",
      "members: a PATCH has at most 20000 values.",
    );
    refuses(() => group(add(20_001)), "invalidValue", "Operations[0]: members must have at most 20,000 elements.");
  });
});

describe("patchChanges of a name", () => {
  it.each([
    { op: "replace", path: "userName", value: "NAME" },
    { op: "add", path: "userName", value: "NAME" },
    { op: "Replace", path: "userName", value: [{ $ref: null, value: "NAME" }] },
    { op: "replace", value: { userName: "NAME" } },
    { op: "replace", value: { [userSchema.urn]: { userName: "NAME" } } },
  ])("refuses blanks in %j", (operation) => {
    const named = (name: string) => JSON.parse(JSON.stringify(operation).replace("NAME", name));
    const at = "Operations[0]: userName";
    refuses(() => user(named("  ")), "invalidValue", `${at} must not be blank.`);
    refuses(() => user(named(" x")), "invalidValue", `${at} must not begin or end with white space.`);
    expect(user(named("x y"))).toHaveLength(1);
  });

  it("refuses blanks in a group's displayName", () => {
    const rename = (displayName: string) => () => group({ op: "replace", value: { displayName } });
    refuses(rename(" "), "invalidValue", "Operations[0]: displayName must not be blank.");
    refuses(rename("x "), "invalidValue", "Operations[0]: displayName must not begin or end with white space.");
  });
});

describe("patchChanges of a partial resource without Operations", () => {
  it("merges attributes as PUT does", () => {
    expect(patchChanges({ schemas: [userSchema.urn], active: "false", title: "", emails: [] }, userSchema)).toEqual([
      change(REPLACE, "active", false),
      change(REPLACE, "title", null),
      change(REPLACE, "emails", null),
    ]);
  });

  it("clears what meta.attributes names, as SCIM 1.1 has it, before it sets the rest", () => {
    const meta = {
      Attributes: ["nickName", "emails", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"],
    };
    expect(patchChanges({ meta, emails: [{ value: "a@x" }] }, userSchema)).toEqual([
      change(REMOVE, "nick_name"),
      change(REMOVE, "emails"),
      change(REMOVE, "enterprise.manager"),
      change(REPLACE, "emails", [{ value: "a@x" }]),
    ]);
    expect(patchChanges({ meta: { attributes: ["members"] }, members: [{ value: "a" }] }, groupSchema)).toEqual([
      change(REMOVE, "members"),
      change(ADD, "members", [{ value: "a" }]),
    ]);
    expect(patchChanges({ meta: { resourceType: "User" } }, userSchema)).toEqual([]);
    const clear = (attributes: unknown) => () => patchChanges({ meta: { attributes } }, userSchema);
    refuses(clear(["nickNam"]), "invalidPath", "nickNam is not an attribute of User. Did you mean nickName?");
    refuses(clear(["userName"]), "mutability", "userName is required and cannot be removed.");
    refuses(clear("title"), "invalidValue", "meta.attributes must be a list of names.");
  });

  it("adds members and removes those marked so", () => {
    expect(
      patchChanges(
        {
          displayName: "x",
          members: [{ value: "a" }, { value: "b", operation: "delete" }, { value: "c", operation: "add" }],
        },
        groupSchema,
      ),
    ).toEqual([
      change(REPLACE, "display_name", "x"),
      change(REMOVE, "members", [{ value: "b" }]),
      change(ADD, "members", [{ value: "a" }, { value: "c" }]),
    ]);
    expect(patchChanges({ members: [] }, groupSchema)).toEqual([]);
  });
});
