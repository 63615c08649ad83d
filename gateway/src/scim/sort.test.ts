import type { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { groupSchema } from "../mapping/group.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "./error.ts";
import { resolveSort } from "./sort.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

function byUser(by: string): Sort {
  return resolveSort({ by, descending: false }, userSchema);
}

function sort(attribute: string, caseExact = false, descending = false): Sort {
  return { attribute, caseExact, descending };
}

describe("resolveSort", () => {
  it.each([
    ["userName", sort("user_name")],
    ["USERNAME", sort("user_name")],
    ["id", sort("id", true)],
    ["externalId", sort("external_id", true)],
    ["active", sort("active")],
    ["name.familyName", sort("name.family_name")],
    ["emails", sort("emails.value")],
    ["emails.type", sort("emails.type")],
    ["groups", sort("groups.display")],
    ["groups.$ref", sort("groups.value", true)],
    ["addresses.country", sort("addresses.country")],
    ["x509Certificates", sort("x509_certificates.value", true)],
    ["meta.created", sort("create_time")],
    ["meta.lastModified", sort("update_time")],
    ["meta.version", sort("version", true)],
    ["meta.location", sort("id", true)],
    ["meta.resourceType", sort("", true)],
    ["manager", sort("enterprise.manager.value", true)],
    ["manager.displayName", sort("enterprise.manager.display_name")],
    [`${enterprise}:manager.$ref`, sort("enterprise.manager.value", true)],
    [`${enterprise.toUpperCase()}:department`, sort("enterprise.department")],
    [`${customFields}:grade`, sort(`${customFields}:grade`)],
    ["urn:ietf:params:scim:schemas:core:2.0:User:userName", sort("user_name")],
  ])("resolves %s", (by, expected) => {
    expect(byUser(by)).toEqual(expected);
  });

  it("keeps the direction", () => {
    expect(resolveSort({ by: "displayName", descending: true }, groupSchema)).toEqual(
      sort("display_name", false, true),
    );
  });

  it.each([
    ["usrName", "sortBy: usrName is not an attribute of User. Did you mean userName?"],
    ["members", "sortBy: members is not an attribute of User."],
    ["emails.kind", "sortBy: emails.kind is not an attribute of User."],
    ["name", "sortBy: name is complex: name one of its sub-attributes, such as name.formatted."],
    ["addresses", "sortBy: addresses is complex: name one of its sub-attributes, such as addresses.formatted."],
    ["meta", "sortBy: meta is complex: name one of its sub-attributes, such as meta.resourceType."],
    ["password", "sortBy: password cannot be sorted by."],
    ["constructor", "sortBy: constructor is not an attribute of User."],
    ['emails[type eq "work"].value', 'sortBy: emails[type eq "work"].value is not the name of an attribute.'],
    ["userName,id", "sortBy: userName,id is not the name of an attribute."],
    ["a..b", "sortBy: a..b is not the name of an attribute."],
  ])("refuses %s", (by, detail) => {
    expect(() => byUser(by)).toThrow(new ScimError(400, "invalidValue", detail));
  });
});

describe("resolveSort over both kinds", () => {
  const both = (by: string) => [
    resolveSort({ by, descending: false }, userSchema, [groupSchema]),
    resolveSort({ by, descending: false }, groupSchema, [userSchema]),
  ];

  it("has no value for the kind that lacks the attribute", () => {
    expect(both("userName")).toEqual([sort("user_name"), sort("")]);
    expect(both("members.value")).toEqual([sort(""), sort("members.value", true)]);
    expect(both("displayName")).toEqual([sort("display_name"), sort("display_name")]);
  });

  it("puts groups before users by meta.resourceType, as those without a value come last", () => {
    expect(both("meta.resourceType")).toEqual([sort("", true), sort("create_time", true)]);
  });

  it("refuses what neither has", () => {
    expect(() => both("colour")).toThrow("sortBy: colour is not an attribute of User or Group.");
  });
});
