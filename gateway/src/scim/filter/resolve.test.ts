import { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { all, comparison, element, not, Op } from "../../../test/filters.ts";
import { attribute } from "../../mapping/attribute.ts";
import { groupSchema } from "../../mapping/group.ts";
import { resourceSchema } from "../../mapping/schema.ts";
import { userSchema } from "../../mapping/user.ts";
import { ScimError } from "../error.ts";
import { parseFilter } from "./parser.ts";
import { resolveFilter } from "./resolve.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

function user(text: string): Filter {
  return resolveFilter(parseFilter(text), userSchema);
}

function group(text: string): Filter {
  return resolveFilter(parseFilter(text), groupSchema);
}

const instant = new Date("2026-01-31T08:00:00Z");

describe("resolveFilter on users", () => {
  it.each<[string, Filter]>([
    ['USERNAME eq "x"', comparison("user_name", Op.COMPARISON_OPERATOR_EQUAL, "x")],
    ['id eq "x"', comparison("id", Op.COMPARISON_OPERATOR_EQUAL, "x", true)],
    ['externalId sw "x"', comparison("external_id", Op.COMPARISON_OPERATOR_STARTS_WITH, "x", true)],
    ['name.familyName co "x"', comparison("name.family_name", Op.COMPARISON_OPERATOR_CONTAINS, "x")],
    ['x509Certificates.value eq "x"', comparison("x509_certificates.value", Op.COMPARISON_OPERATOR_EQUAL, "x", true)],
    ['emails eq "x"', comparison("emails.value", Op.COMPARISON_OPERATOR_EQUAL, "x")],
    ['emails.type ew "x"', comparison("emails.type", Op.COMPARISON_OPERATOR_ENDS_WITH, "x")],
    ["emails pr", comparison("emails", Op.COMPARISON_OPERATOR_PRESENT)],
    ["name pr", comparison("name", Op.COMPARISON_OPERATOR_PRESENT)],
    ["active eq true", comparison("active", Op.COMPARISON_OPERATOR_EQUAL, true)],
    ['active eq "True"', comparison("active", Op.COMPARISON_OPERATOR_EQUAL, true)],
    ['active ne "false"', comparison("active", Op.COMPARISON_OPERATOR_NOT_EQUAL, false)],
    ["title eq null", not(comparison("title", Op.COMPARISON_OPERATOR_PRESENT))],
    ["title ne null", comparison("title", Op.COMPARISON_OPERATOR_PRESENT)],
    ["name eq null", not(comparison("name", Op.COMPARISON_OPERATOR_PRESENT))],
    ["name ne null", comparison("name", Op.COMPARISON_OPERATOR_PRESENT)],
    ["addresses eq null", not(comparison("addresses", Op.COMPARISON_OPERATOR_PRESENT))],
    ["meta eq null", not(comparison("id", Op.COMPARISON_OPERATOR_PRESENT))],
    ["meta ne null", comparison("id", Op.COMPARISON_OPERATOR_PRESENT)],
    ["emails eq null", not(comparison("emails.value", Op.COMPARISON_OPERATOR_PRESENT))],
    [
      'meta.lastModified ge "2026-01-31T10:00:00+02:00"',
      comparison("update_time", Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL, instant),
    ],
    ['meta.created lt "2026-01-31T08:00:00Z"', comparison("create_time", Op.COMPARISON_OPERATOR_LESS_THAN, instant)],
    ['groups.display eq "x"', comparison("groups.display", Op.COMPARISON_OPERATOR_EQUAL, "x")],
    [`${enterprise}:department eq "x"`, comparison("enterprise.department", Op.COMPARISON_OPERATOR_EQUAL, "x")],
    [
      `${enterprise.toUpperCase()}:SupportId eq "x"`,
      comparison("enterprise.support_id", Op.COMPARISON_OPERATOR_EQUAL, "x"),
    ],
    [
      `${enterprise}:manager.value eq "x"`,
      comparison("enterprise.manager.value", Op.COMPARISON_OPERATOR_EQUAL, "x", true),
    ],
    ['manager eq "x"', comparison("enterprise.manager.value", Op.COMPARISON_OPERATOR_EQUAL, "x", true)],
    [
      `urn:ietf:params:scim:schemas:core:2.0:User:name.givenName gt "x"`,
      comparison("name.given_name", Op.COMPARISON_OPERATOR_GREATER_THAN, "x"),
    ],
    [
      `${customFields}:year_of_birth le 1975`,
      comparison(`${customFields}:year_of_birth`, Op.COMPARISON_OPERATOR_LESS_OR_EQUAL, 1975),
    ],
    [`${customFields}:payroll_id eq "x"`, comparison(`${customFields}:payroll_id`, Op.COMPARISON_OPERATOR_EQUAL, "x")],
  ])("resolves %s", (text, expected) => {
    expect(user(text)).toEqual(expected);
  });

  it("keeps the conditions of a value path on one element", () => {
    const work = comparison("type", Op.COMPARISON_OPERATOR_EQUAL, "work");
    const value = comparison("value", Op.COMPARISON_OPERATOR_EQUAL, "x");
    expect(user('emails[type eq "work" and value eq "x"]')).toEqual(element("emails", all(work, value)));
    expect(user('emails[type eq "work"].value eq "x"')).toEqual(element("emails", all(work, value)));
    expect(user('emails[type eq "work"] eq "x"')).toEqual(element("emails", all(work, value)));
    expect(user('emails[primary eq "True"]')).toEqual(
      element("emails", comparison("primary", Op.COMPARISON_OPERATOR_EQUAL, true)),
    );
    expect(user('emails[type eq "work"].value pr')).toEqual(
      element("emails", all(work, comparison("value", Op.COMPARISON_OPERATOR_PRESENT))),
    );
  });

  it("makes a conjunction of a value path on a single complex attribute", () => {
    expect(user('name[familyName eq "x" and givenName eq "y"]')).toEqual(
      all(
        comparison("name.family_name", Op.COMPARISON_OPERATOR_EQUAL, "x"),
        comparison("name.given_name", Op.COMPARISON_OPERATOR_EQUAL, "y"),
      ),
    );
  });

  it("keeps not, and and or as they are: no De Morgan of its own", () => {
    const a = comparison("title", Op.COMPARISON_OPERATOR_EQUAL, "a");
    const b = comparison("title", Op.COMPARISON_OPERATOR_EQUAL, "b");
    expect(user('not (title eq "a" or title eq "b")')).toEqual(
      not({ expression: { $case: "or", value: { filters: [a, b] } } }),
    );
    expect(user('not (title eq "a" and title eq "b")')).toEqual(not(all(a, b)));
  });

  it.each([
    ['usrName eq "x"', "usrName is not an attribute of User. Did you mean userName?"],
    ['name.surname eq "x"', "name.surname is not an attribute of User."],
    ['emails[kind eq "x"]', "kind is not an attribute of emails."],
    ['emails[typ eq "x"]', "typ is not an attribute of emails. Did you mean type?"],
    ['constructor eq "x"', "constructor is not an attribute of User."],
    ['toString eq "x"', "toString is not an attribute of User."],
    [`${customFields}:constructor eq "x"`, `${customFields}:constructor is not an attribute of User.`],
    [`${enterprise} eq "x"`, `${enterprise} is not an attribute of User.`],
    ['urn:unknown:userName eq "x"', "urn:unknown:userName is not an attribute of User."],
    ['password eq "x"', "password cannot be used in a filter, since it is never returned."],
    ["password pr", "password cannot be used in a filter, since it is never returned."],
    ["userName eq true", "userName is text: compare it with a quoted string."],
    [
      'meta.version co "3"',
      "meta.version cannot be compared with co: a version is compared as a whole, by its number.",
    ],
    ['meta.version gt "new"', 'meta.version is a version: compare it with one such as "W/\\"3\\"".'],
    ["meta.version gt null", "meta.version can be compared with null only by eq and ne."],
    ["meta gt null", "meta can be compared with null only by eq and ne."],
    ["name gt null", "name can be compared with null only by eq and ne."],
    ["meta eq 1", "meta is complex: compare one of its sub-attributes."],
    ["meta.resourceType eq true", "meta.resourceType is text: compare it with a quoted string."],
    ["active co true", "active cannot be compared with co."],
    ["active gt true", "active cannot be compared with gt."],
    ['active eq "yes"', "active is a boolean: compare it with true or false."],
    ["active eq 1", "active is a boolean: compare it with true or false."],
    ["userName gt null", "userName can be compared with null only by eq and ne."],
    ['x509Certificates.value gt "x"', "x509Certificates.value cannot be compared with gt."],
    [
      'meta.created eq "yesterday"',
      'meta.created is a date and time: compare it with one such as "2026-01-31T08:00:00Z".',
    ],
    [
      'meta.created eq "2026-02-30T00:00:00Z"',
      'meta.created is a date and time: compare it with one such as "2026-01-31T08:00:00Z".',
    ],
    ['meta.created co "2026-01-31T08:00:00Z"', "meta.created cannot be compared with co."],
    ['name eq "x"', "name is complex: compare one of its sub-attributes."],
    ['addresses eq "x"', "addresses is complex: compare one of its sub-attributes."],
    ['userName[value eq "x"]', "userName has no sub-attributes, so it takes no [ ]."],
  ])("refuses %s", (text, detail) => {
    expect(() => user(text)).toThrow(new ScimError(400, "invalidFilter", detail));
  });

  it("checks the bounds on what it answers, which has more nodes than the text", () => {
    const fits = Array(49).fill("title eq null").join(" or ");
    expect(Filter.encode(user(fits)).finish().length).toBeGreaterThan(0);
    expect(() => user(Array(50).fill("title eq null").join(" or "))).toThrow("more than 100 expressions");
    expect(() => user(`${"not (".repeat(16)}title pr${")".repeat(16)}`)).toThrow("more than 16 levels");
  });
});

describe("resolveFilter on groups", () => {
  it.each<[string, Filter]>([
    ['displayName eq "x"', comparison("display_name", Op.COMPARISON_OPERATOR_EQUAL, "x")],
    ['groupType eq "x"', comparison("group_type", Op.COMPARISON_OPERATOR_EQUAL, "x")],
    ['members eq "id"', comparison("members.value", Op.COMPARISON_OPERATOR_EQUAL, "id", true)],
    ['members.value eq "id"', comparison("members.value", Op.COMPARISON_OPERATOR_EQUAL, "id", true)],
    ['members[value eq "id"]', element("members", comparison("value", Op.COMPARISON_OPERATOR_EQUAL, "id", true))],
    [
      'id eq "g" and members eq "id"',
      all(
        comparison("id", Op.COMPARISON_OPERATOR_EQUAL, "g", true),
        comparison("members.value", Op.COMPARISON_OPERATOR_EQUAL, "id", true),
      ),
    ],
  ])("resolves %s", (text, expected) => {
    expect(group(text)).toEqual(expected);
  });

  it("does not know the attributes of users", () => {
    expect(() => group('userName eq "x"')).toThrow("userName is not an attribute of Group.");
  });
});

describe("resolveFilter on an account's own extension", () => {
  const urn = "urn:example:badge:1.0:User";
  const rows = [
    attribute("level", "integer", "", { path: `${urn}:level` }),
    attribute("share", "decimal", "", { path: `${urn}:share` }),
    attribute("issued", "dateTime", "", { path: `${urn}:issued` }),
    attribute("door", "string", "", { path: `${urn}:door`, caseExact: true }),
  ];
  const section = { urn, aliases: [], name: "Badge", description: "", extension: true, open: false, attributes: rows };
  const schema = resourceSchema({ ...userSchema, extensions: [...userSchema.extensions, section] });
  const resolve = (text: string) => resolveFilter(parseFilter(text), schema);

  it.each<[string, Filter]>([
    ["level ge 3", comparison(`${urn}:level`, Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL, 3)],
    [`${urn}:Level eq "3"`, comparison(`${urn}:level`, Op.COMPARISON_OPERATOR_EQUAL, 3)],
    ["share lt 0.50", comparison(`${urn}:share`, Op.COMPARISON_OPERATOR_LESS_THAN, 0.5)],
    ["issued eq 2026-01-31T08:00:00Z", comparison(`${urn}:issued`, Op.COMPARISON_OPERATOR_EQUAL, instant)],
    ["door eq A7", comparison(`${urn}:door`, Op.COMPARISON_OPERATOR_EQUAL, "A7", true)],
  ])("compares %s in the attribute's type", (text, expected) => {
    expect(resolve(text)).toEqual(expected);
  });

  it.each([
    ['level eq "0x3"', "level is a number: compare it with one."],
    ["share eq true", "share is a number: compare it with one."],
    ["level sw 3", "level cannot be compared with sw."],
    ['issued eq "soon"', 'issued is a date and time: compare it with one such as "2026-01-31T08:00:00Z".'],
  ])("refuses %s", (text, detail) => {
    expect(() => resolve(text)).toThrow(new ScimError(400, "invalidFilter", detail));
  });
});
