import { describe, expect, it } from "vitest";
import { groupSchema } from "../mapping/group.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError, type ScimType } from "./error.ts";
import { validateResource } from "./validate.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

function values(body: object, schema = userSchema): Record<string, unknown> {
  const required = schema === userSchema ? { userName: "x" } : { displayName: "x" };
  const { assignments } = validateResource({ ...required, ...body }, schema);
  const entries = [...assignments].map(([path, { value }]) => [path, value]);
  return Object.fromEntries(
    entries.filter(([path]) => path !== (schema === userSchema ? "user_name" : "display_name")),
  );
}

describe("validateResource", () => {
  it("takes names in any case", () => {
    expect(values({ DISPLAYNAME: "d", Emails: [{ Value: "x", Primary: "True" }] })).toEqual({
      display_name: "d",
      emails: [{ value: "x", primary: true }],
    });
  });

  it("ignores what the server alone writes, and passwords", () => {
    expect(values({ id: "x", meta: { resourceType: "User" }, groups: [{ value: "g" }], password: "p" })).toEqual({});
  });

  it("takes what clients send oddly", () => {
    expect(
      values({
        active: "TRUE",
        emails: { value: "x", type: "work" },
        phoneNumbers: ["1", null, { value: "", type: "work" }],
        addresses: [{ type: "work", primary: true }],
        department: null,
        [enterprise.toLowerCase()]: { Department: "d", manager: "m" },
      }),
    ).toEqual({
      active: true,
      emails: [{ value: "x", type: "work" }],
      phone_numbers: [{ value: "1" }],
      addresses: null,
      "enterprise.department": "d",
      "enterprise.manager": { value: "m" },
    });
  });

  it("keeps values exactly as they come", () => {
    const phoneNumbers = [{ value: "+31 (0)20-123 ", type: "personal" }];
    expect(values({ phoneNumbers, title: " Dr  " })).toEqual({ phone_numbers: phoneNumbers, title: " Dr  " });
  });

  it("brings custom fields into one shape", () => {
    const flat = { [`${customFields}:payroll_id`]: "p", [`${customFields}:year_of_birth`]: 1975 };
    expect(values({ [customFields]: { payroll_id: "p", year_of_birth: 1975 } })).toEqual(flat);
    expect(
      values({
        [customFields]: {
          custom_fields: [
            { id: "payroll_id", value: "p" },
            { id: "year_of_birth", value: 1975 },
          ],
        },
      }),
    ).toEqual(flat);
  });

  it.each([
    [["urn:scim:schemas:core:1.0", "urn:ietf:params:scim:schemas:core:2.0:User"]],
    [["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"]],
    [["URN:ietf:params:scim:schemas:core:2.0:user", enterprise, customFields]],
    [[groupSchema.urn, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]],
    [[]],
    [null],
  ])("accepts schemas %j", (schemas) => {
    expect(values({ schemas })).toEqual({});
  });

  it.each<[string, object, ScimType, string]>([
    ["an unknown schema", { schemas: ["urn:acme:User"] }, "invalidValue", "schemas: urn:acme:User is not known."],
    ["schemas of the wrong type", { schemas: [1] }, "invalidValue", "schemas must be a list of URNs."],
    [
      "an unknown attribute",
      { usrName: "x" },
      "invalidSyntax",
      "usrName is not an attribute of User. Did you mean userName?",
    ],
    ["an unknown extension", { "urn:acme:User": {} }, "invalidSyntax", "urn:acme:User is not an attribute of User."],
    [
      "an unknown attribute of an extension",
      { [enterprise]: { departmnt: "x" } },
      "invalidSyntax",
      `departmnt is not an attribute of ${enterprise}. Did you mean department?`,
    ],
    ["an unknown sub-attribute", { name: { given: "x" } }, "invalidSyntax", "name has no sub-attribute given."],
    ["an attribute twice", { title: "a", TITLE: "b" }, "invalidSyntax", "title is given twice."],
    [
      "a sub-attribute twice",
      { name: { givenName: "a", GivenName: "b" } },
      "invalidSyntax",
      "name.givenName is given twice.",
    ],
    ["a prototype", JSON.parse('{"__proto__": {"a": 1}}'), "invalidSyntax", "__proto__ is not an attribute of User."],
    ["a constructor", { constructor: "x" }, "invalidSyntax", "constructor is not an attribute of User."],
    [
      "a prototype below",
      { name: JSON.parse('{"__proto__": "x"}') },
      "invalidSyntax",
      "name has no sub-attribute __proto__.",
    ],
    [
      "a prototype in a custom field",
      { [customFields]: { a: JSON.parse('{"__proto__": 1}') } },
      "invalidValue",
      `${customFields}:a must not have an attribute named __proto__.`,
    ],
    ["a list for a text", { title: ["a", "b"] }, "invalidValue", "title must be a string."],
    [
      "a number for a text",
      { [enterprise]: { employeeNumber: 1 } },
      "invalidValue",
      `${enterprise}:employeeNumber must be a string.`,
    ],
    ["a number for a boolean", { active: 1 }, "invalidValue", "active must be a boolean."],
    ["a text for an object", { name: "x" }, "invalidValue", "name must be an object."],
    ["a text for an address", { addresses: ["x"] }, "invalidValue", "addresses[0] must be an object."],
    ["a number in a list", { emails: [{ value: "x" }, 1] }, "invalidValue", "emails[1] must be an object."],
    [
      "a wrong type in a list",
      { emails: [{ value: "x" }, { value: 1 }] },
      "invalidValue",
      "emails[1].value must be a string.",
    ],
    ["a text for an extension", { [enterprise]: "x" }, "invalidValue", `${enterprise} must be an object.`],
    [
      "two primary elements",
      {
        emails: [
          { value: "a", primary: true },
          { value: "b", primary: true },
        ],
      },
      "invalidValue",
      "emails must have at most one element whose primary is true.",
    ],
    ["a NUL", { title: "a\0b" }, "invalidValue", "title must not have a NUL character."],
    [
      "half a surrogate pair",
      { emails: [{ value: "\ud800" }] },
      "invalidValue",
      "emails[0].value must not have half a surrogate pair.",
    ],
    ["a long title", { title: "x".repeat(1_025) }, "invalidValue", "title must have at most 1,024 characters."],
    [
      "a long externalId",
      { externalId: "x".repeat(256) },
      "invalidValue",
      "externalId must have at most 255 characters.",
    ],
    [
      "a long photo",
      { photos: [{ value: "x".repeat(65_537) }] },
      "invalidValue",
      "photos[0].value must have at most 65,536 characters.",
    ],
    [
      "a long certificate",
      { x509Certificates: [{ value: "x".repeat(16_385) }] },
      "invalidValue",
      "x509Certificates[0].value must have at most 16,384 characters.",
    ],
    [
      "a long list",
      { emails: Array(101).fill({ value: "x" }) },
      "invalidValue",
      "emails must have at most 100 elements.",
    ],
    [
      "a custom field without an id",
      { [customFields]: { custom_fields: [{ value: 1 }] } },
      "invalidValue",
      `${customFields}:custom_fields[0].id must be a string.`,
    ],
  ])("refuses %s", (_, body, scimType, detail) => {
    const error = thrownBy(() => validateResource({ userName: "x", ...body }, userSchema));
    expect(error).toEqual(new ScimError(400, scimType, detail));
    expect(error).toMatchObject({ status: 400, scimType, detail });
  });

  it("counts characters, not code units", () => {
    expect(values({ displayName: "😀".repeat(255) })).toEqual({ display_name: "😀".repeat(255) });
  });

  it.each([
    [{}, userSchema, "userName is required."],
    [{ userName: "" }, userSchema, "userName is required."],
    [{ userName: null }, userSchema, "userName is required."],
    [{ externalId: "x" }, groupSchema, "displayName is required."],
  ])("refuses %j, which lacks what is required", (body, schema, detail) => {
    expect(() => validateResource(body, schema)).toThrow(new ScimError(400, "invalidValue", detail));
  });

  it.each([" ", "\t\n", "\u00a0"])("refuses %j as a userName and as the name of a group", (blank) => {
    expect(() => validateResource({ userName: blank }, userSchema)).toThrow(
      new ScimError(400, "invalidValue", "userName must not be blank."),
    );
    expect(() => validateResource({ displayName: blank }, groupSchema)).toThrow(
      new ScimError(400, "invalidValue", "displayName must not be blank."),
    );
  });

  it.each([" x", "x ", "x\n", "\u00a0x"])("refuses the outer white space of %j in the same names", (name) => {
    expect(() => validateResource({ userName: name }, userSchema)).toThrow(
      new ScimError(400, "invalidValue", "userName must not begin or end with white space."),
    );
    expect(() => validateResource({ displayName: name }, groupSchema)).toThrow(
      new ScimError(400, "invalidValue", "displayName must not begin or end with white space."),
    );
  });

  it("takes white space within a name, and around a user's displayName", () => {
    expect(values({ userName: "Anna M", displayName: " A " })).toEqual({ display_name: " A " });
    expect(() => validateResource({ displayName: "Sales & Marketing" }, groupSchema)).not.toThrow();
  });

  it("refuses a long userName and a long name of a group", () => {
    const long = "x".repeat(256);
    expect(() => validateResource({ userName: long }, userSchema)).toThrow(
      "userName must have at most 255 characters.",
    );
    expect(() => validateResource({ displayName: long }, groupSchema)).toThrow(
      "displayName must have at most 255 characters.",
    );
  });

  it.each([[null], ["x"], [[]], [1], [undefined]])("refuses the body %j", (body) => {
    expect(() => validateResource(body, userSchema)).toThrow(
      new ScimError(400, "invalidSyntax", "The body must be a JSON object."),
    );
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
