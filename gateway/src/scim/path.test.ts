import { describe, expect, it } from "vitest";
import { contractPath } from "../mapping/attribute.ts";
import { groupSchema } from "../mapping/group.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "./error.ts";
import { printFilter } from "./filter/print.ts";
import { parsePath } from "./path.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function read(text: string, schema = userSchema) {
  const { section, attribute, element, sub } = parsePath(text, schema);
  return [attribute ? contractPath(attribute, sub) : section.urn, element && printFilter(element)];
}

describe("parsePath", () => {
  it.each([
    ["active", "active"],
    ["NAME.GivenName", "name.given_name"],
    ["emails", "emails"],
    ["emails.value", "emails.value"],
    ['emails[type eq "work"]', "emails", 'type eq "work"'],
    ['emails[type eq "work"].value', "emails.value", 'type eq "work"'],
    [
      'addresses[primary eq true and type ne "home"].country',
      "addresses.country",
      'primary eq true and type ne "home"',
    ],
    ["manager", "enterprise.manager"],
    [`${enterprise}:manager`, "enterprise.manager"],
    [`${enterprise}:manager.value`, "enterprise.manager.value"],
    [`${enterprise}:employeeNumber`, "enterprise.employee_number"],
    [`${enterprise.toLowerCase()}:supportid`, "enterprise.support_id"],
    [enterprise, enterprise],
    ["urn:scim:schemas:extension:enterprise:1.0", enterprise],
    ["urn:scim:schemas:extension:enterprise:1.0:department", "enterprise.department"],
    ["urn:ietf:params:scim:schemas:core:2.0:User:userName", "user_name"],
    ["urn:ietf:params:scim:schemas:core:2.0:User:name.familyName", "name.family_name"],
    ["meta.created", "create_time"],
    [
      "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields:payroll_id",
      "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields:payroll_id",
    ],
  ])("reads %s", (text, path, element?: string) => {
    expect(read(text)).toEqual([path, element]);
  });

  it("reads the paths of groups", () => {
    expect(read('members[value eq "2819c223-7f76-453a-919d-413861904646"]', groupSchema)).toEqual([
      "members",
      'value eq "2819c223-7f76-453a-919d-413861904646"',
    ]);
  });

  it.each([
    ["nickNam", "nickNam is not an attribute of User. Did you mean nickName?"],
    ["name.first", "name.first: first is not an attribute of name."],
    ["urn:unknown:2.0:User:department", "urn:unknown:2.0:User:department: department is not an attribute of User."],
    ["__proto__", "The path is malformed: expected an attribute name at position 0, found __proto__."],
    [
      "__proto__.polluted",
      "The path is malformed: expected an attribute name at position 0, found __proto__.polluted.",
    ],
    ["constructor.prototype", "constructor.prototype: constructor is not an attribute of User."],
    ["toString.x", "toString.x: toString is not an attribute of User."],
    [
      "emails[type eq",
      'The path is malformed: expected a value: a "string", a number, true, false or null at position 14, found the end.',
    ],
    ['emails[type eq "work"]value', "The path is malformed: expected the end of the path at position 22, found value."],
    ['name[familyName eq "x"]', "name is not a list, so its path takes no [ ]."],
    ['active[value eq "x"]', "active is not a list, so its path takes no [ ]."],
    ["a b", "The path is malformed: expected the end of the path at position 2, found b."],
    ["/emails", "The path is malformed: expected an attribute name at position 0, found /emails."],
  ])("refuses %s", (text, detail) => {
    expect(() => parsePath(text, userSchema)).toThrow(new ScimError(400, "invalidPath", detail));
  });

  it("refuses a path of any length at once", () => {
    expect(() => parsePath("emails[".repeat(100_000), userSchema)).toThrow("at most 4096 bytes");
  });
});
