import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { all, comparison, element, not, Op } from "../../../test/filters.ts";
import { groupSchema } from "../../mapping/group.ts";
import { userSchema } from "../../mapping/user.ts";
import { ScimError } from "../error.ts";
import { any } from "./logic.ts";
import { parseFilter } from "./parser.ts";
import { resolveFilter } from "./resolve.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const never = not(comparison("id", Op.COMPARISON_OPERATOR_PRESENT));
const always = comparison("id", Op.COMPARISON_OPERATOR_PRESENT);

describe("resolveFilter on what is not stored as it is shown", () => {
  const baseUrl = "https://h/scim/v2";
  const resolve = (text: string) => resolveFilter(parseFilter(text), userSchema, { baseUrl });
  const equal = (path: string, value: string) => comparison(path, Op.COMPARISON_OPERATOR_EQUAL, value, true);

  it.each<[string, Filter]>([
    ['meta.resourceType eq "User"', always],
    ['meta.resourceType eq "user"', never],
    ["meta.resourceType eq User", always],
    ['meta.resourceType ne "User"', never],
    ['meta.resourceType co "se"', always],
    ['meta.resourceType sw "G"', never],
    ['meta.resourceType ew "er"', always],
    ['meta.resourceType gt "Group"', always],
    ['meta.resourceType le "Group"', never],
    ["meta.resourceType pr", always],
    ["meta.resourceType eq null", never],
    ["meta pr", always],
    ["schemas pr", always],
    [
      `meta[resourceType eq "User" and version gt 2]`,
      all(always, comparison("version", Op.COMPARISON_OPERATOR_GREATER_THAN, 2)),
    ],
    ["meta.location pr", comparison("id", Op.COMPARISON_OPERATOR_PRESENT)],
    [`meta.location eq "${baseUrl}/Users/x"`, equal("id", "x")],
    [`meta.location eq "https://elsewhere/scim/v2/Users/x"`, never],
    [`meta.location ne "${baseUrl}/Users/x"`, not(equal("id", "x"))],
    ['meta.version eq "W/\\"3\\""', comparison("version", Op.COMPARISON_OPERATOR_EQUAL, 3)],
    ['meta.version ne "W/\\"3-9f86d081884c\\""', comparison("version", Op.COMPARISON_OPERATOR_NOT_EQUAL, 3)],
    ["meta.Version ge 3", comparison("version", Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL, 3)],
    ['meta.version eq "three"', never],
    ['meta.version ne "three"', always],
    ["meta.version pr", always],
    [
      'schemas eq "urn:scim:schemas:extension:enterprise:1.0"',
      comparison("schemas", Op.COMPARISON_OPERATOR_EQUAL, enterprise),
    ],
    [`schemas ne "${enterprise.toUpperCase()}"`, comparison("schemas", Op.COMPARISON_OPERATOR_NOT_EQUAL, enterprise)],
    ['schemas co "enterprise"', comparison("schemas", Op.COMPARISON_OPERATOR_CONTAINS, "enterprise")],
    [`manager.$ref eq "${baseUrl}/Users/x"`, equal("enterprise.manager.value", "x")],
    ['manager.$ref eq "x"', never],
    ['manager.$ref ne "x"', always],
    ["manager.$ref pr", comparison("enterprise.manager.value", Op.COMPARISON_OPERATOR_PRESENT)],
    ["manager.$ref eq null", not(comparison("enterprise.manager.value", Op.COMPARISON_OPERATOR_PRESENT))],
    [`${enterprise}:manager[$ref eq "${baseUrl}/Users/x"]`, equal("enterprise.manager.value", "x")],
    [`groups.$ref eq "${baseUrl}/Groups/x"`, element("groups", equal("value", "x"))],
    [`groups[$ref eq "${baseUrl}/Groups/x"]`, element("groups", equal("value", "x"))],
    ["groups.$ref pr", comparison("groups.value", Op.COMPARISON_OPERATOR_PRESENT)],
    ['groups.$ref eq "x"', element("groups", not(comparison("value", Op.COMPARISON_OPERATOR_PRESENT)))],
    ['manager.displayName eq "x"', comparison("enterprise.manager.display_name", Op.COMPARISON_OPERATOR_EQUAL, "x")],
  ])("resolves %s", (text, expected) => {
    expect(resolve(text)).toEqual(expected);
  });

  it("takes a list without elements for references without a value", () => {
    const ofNone = not(comparison("groups.value", Op.COMPARISON_OPERATOR_PRESENT));
    expect(resolve(`groups.$ref ne "${baseUrl}/Groups/x"`)).toEqual(
      any([ofNone, element("groups", not(equal("value", "x")))]),
    );
    const never = not(comparison("value", Op.COMPARISON_OPERATOR_PRESENT));
    expect(resolve("groups.$ref eq null")).toEqual(any([ofNone, element("groups", never)]));
    expect(resolve(`groups[$ref ne "${baseUrl}/Groups/x"]`)).toEqual(element("groups", not(equal("value", "x"))));
  });

  it("tells members that are users from groups by what their reference leads to", () => {
    const members = (text: string) => resolveFilter(parseFilter(text), groupSchema, { baseUrl });
    const user = equal("type", "User");
    expect(members(`members.$ref eq "${baseUrl}/Users/x"`)).toEqual(element("members", all(user, equal("value", "x"))));
    expect(members(`members[$ref sw "${baseUrl}/Users/"]`)).toEqual(
      element("members", all(user, comparison("value", Op.COMPARISON_OPERATOR_PRESENT))),
    );
  });

  it("takes a number without quotes for the text that it is where the attribute is text", () => {
    expect(resolve("employeeNumber eq 701984")).toEqual(
      comparison("enterprise.employee_number", Op.COMPARISON_OPERATOR_EQUAL, "701984"),
    );
    expect(resolve("employeeNumber eq 1.50")).toEqual(
      comparison("enterprise.employee_number", Op.COMPARISON_OPERATOR_EQUAL, "1.50"),
    );
    expect(resolve("externalId eq 007")).toEqual(comparison("external_id", Op.COMPARISON_OPERATOR_EQUAL, "007", true));
  });
});

describe("resolveFilter over both kinds", () => {
  const both = (text: string) => [
    resolveFilter(parseFilter(text), userSchema, { others: [groupSchema] }),
    resolveFilter(parseFilter(text), groupSchema, { others: [userSchema] }),
  ];

  it.each<[string, Filter]>([
    ['userName eq "x"', never],
    ["userName pr", never],
    ['userName ne "x"', always],
    ["userName eq null", always],
    ["userName ne null", never],
    ['not (userName eq "x")', not(never)],
    ['emails[type eq "work"]', never],
    ['emails[type eq "work"].value eq "x"', never],
    [`${enterprise}:department eq "x"`, never],
    ['meta.resourceType eq "Group"', always],
    ['meta.resourceType eq "User"', never],
  ])("takes %s as if a group had no such value", (text, expected) => {
    expect(both(text)[1]).toEqual(expected);
  });

  it("resolves each kind's own", () => {
    const named = comparison("display_name", Op.COMPARISON_OPERATOR_EQUAL, "x");
    expect(both('displayName eq "x"')).toEqual([named, named]);
    expect(both('members eq "x"')).toEqual([
      never,
      comparison("members.value", Op.COMPARISON_OPERATOR_EQUAL, "x", true),
    ]);
  });

  it.each([
    ['usrName eq "x"', "usrName is not an attribute of User or Group. Did you mean userName?"],
    ['emails.colour eq "x"', "emails.colour is not an attribute of User."],
    ["active gt true", "active cannot be compared with gt."],
    ['password eq "x"', "password cannot be used in a filter, since it is never returned."],
  ])("refuses %s", (text, detail) => {
    expect(() => both(text)).toThrow(new ScimError(400, "invalidFilter", detail));
  });
});
