import { describe, expect, it } from "vitest";
import { complex, text } from "../mapping/attribute.ts";
import { groupSchema } from "../mapping/group.ts";
import { minimalSchema } from "../mapping/minimal-profile.ts";
import { resourceSchema, type Section } from "../mapping/schema.ts";
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

describe("project by an attribute's returned", () => {
  const urn = "urn:example:badge:1.0:User";
  const section: Section = {
    urn,
    aliases: [],
    name: "Badge",
    description: "",
    extension: true,
    open: false,
    attributes: [
      text("number", "", { returned: "always" }),
      text("colour", ""),
      text("secret", "", { returned: "request" }),
      text("never", "", { returned: "never" }),
      complex("place", "", [
        text("floor", "", { returned: "always" }),
        text("room", ""),
        text("door", "", { returned: "request" }),
        text("key", "", { returned: "never" }),
      ]),
    ],
  };
  const schema = resourceSchema({ ...userSchema, extensions: [section] });
  const place = { floor: "1", room: "2", door: "3", key: "4" };
  const badge = { number: "7", colour: "red", secret: "s", never: "n", place };
  const resource = { id: "u", userName: "x@y", [urn]: badge };
  const shown = (query: Query) => project(resource, parseProjection(query), schema);
  const byDefault = { number: "7", colour: "red", place: { floor: "1", room: "2" } };

  it.each<[Query, object]>([
    [{}, { id: "u", userName: "x@y", [urn]: byDefault }],
    [{ attributes: "userName" }, { id: "u", userName: "x@y", [urn]: { number: "7" } }],
    [{ attributes: urn }, { id: "u", [urn]: byDefault }],
    [{ attributes: `${urn}:colour` }, { id: "u", [urn]: { number: "7", colour: "red" } }],
    [{ attributes: "secret" }, { id: "u", [urn]: { number: "7", secret: "s" } }],
    [{ attributes: "never" }, { id: "u", [urn]: { number: "7" } }],
    [{ attributes: `${urn}:place` }, { id: "u", [urn]: { number: "7", place: byDefault.place } }],
    [{ attributes: `${urn}:place.door` }, { id: "u", [urn]: { number: "7", place: { floor: "1", door: "3" } } }],
    [{ attributes: `${urn}:place.key` }, { id: "u", [urn]: { number: "7" } }],
    [{ excludedAttributes: "userName" }, { id: "u", [urn]: byDefault }],
    [{ excludedAttributes: urn }, { id: "u", userName: "x@y", [urn]: { number: "7", place: { floor: "1" } } }],
    [{ excludedAttributes: "number,secret" }, { id: "u", userName: "x@y", [urn]: byDefault }],
    [
      { excludedAttributes: "place.room,place.floor" },
      { id: "u", userName: "x@y", [urn]: { ...byDefault, place: { floor: "1" } } },
    ],
  ])("shows for %j what there is to be shown", (query, expected) => {
    expect(shown(query)).toEqual(expected);
  });

  it("shows only what is left of a schema that hides the rest", () => {
    const minimal = minimalSchema(userSchema);
    const fields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";
    const customized = { ...user, [fields]: { grade: 7 } };
    expect(project(customized, undefined, minimal)).toEqual({ ...always, meta: user.meta });
    expect(project(customized, parseProjection({ attributes: `${fields}:grade,${fields}` }), minimal)).toEqual(always);
    expect(project(customized, parseProjection({ excludedAttributes: "meta" }), minimal)).toEqual(always);
    expect(project(user, parseProjection({ attributes: `userName,${enterprise}` }), minimal)).toEqual(always);
    expect(project(user, parseProjection({ attributes: "name.givenName,emails.value" }), minimal)).toEqual(always);
    expect(needsMemberships(undefined, minimal)).toBe(false);
    expect(needsMemberships(parseProjection({ attributes: "groups" }), minimal)).toBe(false);
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
    expect(needsMemberships(parseProjection(query), userSchema)).toBe(expected);
  });

  it("of groups follows members, as Entra's lookups exclude them", () => {
    const projection = parseProjection({ excludedAttributes: "members" });
    expect(needsMemberships(projection, groupSchema)).toBe(false);
    expect(project({ id: "g", members: [{ value: "u" }] }, projection, groupSchema)).toEqual({ id: "g" });
    expect(needsMemberships(parseProjection({ attributes: "displayName,members" }), groupSchema)).toBe(true);
  });
});
