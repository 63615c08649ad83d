import { describe, expect, it } from "vitest";
import { groupSchema } from "../mapping/group.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "./error.ts";
import { needsMemberships, parseProjection, project } from "./project.ts";
import type { Query } from "./query.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const user = {
  schemas: [userSchema.urn, enterprise],
  id: "u",
  userName: "x@y",
  name: { givenName: "G", familyName: "F", middleName: undefined },
  emails: [{ value: "x@y", type: "work" }, { value: "z@y" }],
  [enterprise]: { department: "d", manager: { value: "m", displayName: "M" } },
  meta: { resourceType: "User", created: "2026-01-31T08:00:00.000Z" },
};

function projected(query: Query): unknown {
  return project(user, parseProjection(query), userSchema);
}

const always = { schemas: user.schemas, id: "u" };

describe("project", () => {
  it("answers all of a resource where nothing is asked for", () => {
    expect(projected({})).toBe(user);
    expect(projected({ attributes: "", excludedAttributes: " , " })).toBe(user);
  });

  it.each<[string, object]>([
    ["userName", { userName: "x@y" }],
    ["USERNAME, meta.created", { userName: "x@y", meta: { created: "2026-01-31T08:00:00.000Z" } }],
    ["name.givenName,name.middleName", { name: { givenName: "G" } }],
    ["name.givenName,name", { name: { givenName: "G", familyName: "F" } }],
    ["emails.type", { emails: [{ type: "work" }] }],
    ["urn:ietf:params:scim:schemas:core:2.0:User:userName", { userName: "x@y" }],
    ["urn:ietf:params:scim:schemas:core:2.0:User", { userName: "x@y", name: user.name, emails: user.emails }],
    [`${enterprise}:department`, { [enterprise]: { department: "d" } }],
    [`${enterprise.toUpperCase()}:Manager.DisplayName`, { [enterprise]: { manager: { displayName: "M" } } }],
    ["manager", { [enterprise]: { manager: { value: "m", displayName: "M" } } }],
    [enterprise, { [enterprise]: user[enterprise] }],
    ["nonsense,__proto__,constructor,a..b,emails[type pr]", {}],
    ["nickName", {}],
    ["password", {}],
  ])("answers only %s, and id and schemas", (attributes, expected) => {
    expect(projected({ attributes })).toEqual({ ...always, ...expected });
  });

  it("answers all but the excluded ones, and id and schemas all the same", () => {
    const { emails, ...rest } = user;
    expect(projected({ excludedAttributes: "emails,id,schemas" })).toEqual(rest);
    expect(projected({ excludedAttributes: "emails.type" })).toEqual({
      ...rest,
      emails: [{ value: "x@y" }, { value: "z@y" }],
    });
    expect(projected({ excludedAttributes: `${enterprise}:manager,name.familyName,nonsense` })).toEqual({
      ...rest,
      emails,
      name: { givenName: "G" },
      [enterprise]: { department: "d" },
    });
    expect(projected({ excludedAttributes: enterprise })).not.toHaveProperty([enterprise]);
  });

  it("does not change the resource", () => {
    const before = structuredClone(user);
    projected({ excludedAttributes: "emails.type,name" });
    expect(user).toEqual(before);
  });

  it("refuses both parameters at once", () => {
    expect(() => parseProjection({ attributes: "id", excludedAttributes: "name" })).toThrow(
      new ScimError(400, "invalidValue", "attributes and excludedAttributes exclude each other."),
    );
  });
});

describe("needsMemberships", () => {
  it.each<[Query, boolean]>([
    [{}, true],
    [{ attributes: "userName" }, false],
    [{ attributes: "id" }, false],
    [{ attributes: "groups.value" }, true],
    [{ attributes: "Groups" }, true],
    [{ attributes: userSchema.urn }, true],
    [{ excludedAttributes: "groups" }, false],
    [{ excludedAttributes: "groups.display" }, true],
    [{ excludedAttributes: "members" }, true],
  ])("of users with %j is %s", (query, expected) => {
    expect(needsMemberships(parseProjection(query), "User")).toBe(expected);
  });

  it("of groups follows members, as Entra's lookups exclude them", () => {
    const projection = parseProjection({ excludedAttributes: "members" });
    expect(needsMemberships(projection, "Group")).toBe(false);
    expect(project({ id: "g", members: [{ value: "u" }] }, projection, groupSchema)).toEqual({ id: "g" });
    expect(needsMemberships(parseProjection({ attributes: "displayName,members" }), "Group")).toBe(true);
  });
});
