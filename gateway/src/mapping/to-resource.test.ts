import { Member, MemberType, ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { describe, expect, it } from "vitest";
import { groupResource, userResource } from "./to-resource.ts";

const base = "https://h/scim/v2";
const tag = 'W/"2"';
const core = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";
const createTime = new Date("2026-01-31T08:00:00.123Z");
const updateTime = new Date("2026-02-01T08:00:00Z");

/** As it comes out of gRPC: absent fields are there and undefined. */
function received(user: Partial<ScimUser>): ScimUser {
  return ScimUser.decode(ScimUser.encode({ ...ScimUser.create(), ...user }).finish());
}

function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("userResource", () => {
  it("has every attribute under its SCIM name", () => {
    const user = received({
      id: "u",
      version: 3,
      createTime,
      updateTime,
      userName: "x@y",
      externalId: "e",
      name: { givenName: "G" },
      displayName: "d",
      profileUrl: "p",
      timezone: "Europe/Amsterdam",
      active: false,
      emails: [{ value: "x@y", type: "work", primary: true }, { value: "z@y" }],
      addresses: [{ streetAddress: "s", postalCode: "1" }],
      groups: [{ value: "g", display: "Staff", type: "direct" }],
      x509Certificates: [{ value: "MII=" }],
      enterprise: { employeeNumber: "1", supportId: "s", manager: { value: "m", displayName: "M" } },
      extensions: { [customFields]: { payroll_id: "p", year: 1975 }, "urn:unknown": { a: 1 } },
    });
    expect(json(userResource(user, base, 'W/"3-ab"'))).toEqual({
      schemas: [core, enterprise, customFields],
      id: "u",
      userName: "x@y",
      externalId: "e",
      name: { givenName: "G" },
      displayName: "d",
      profileUrl: "p",
      timezone: "Europe/Amsterdam",
      active: false,
      emails: [{ value: "x@y", type: "work", primary: true }, { value: "z@y" }],
      addresses: [{ streetAddress: "s", postalCode: "1" }],
      groups: [{ value: "g", $ref: `${base}/Groups/g`, display: "Staff", type: "direct" }],
      x509Certificates: [{ value: "MII=" }],
      [enterprise]: {
        employeeNumber: "1",
        supportID: "s",
        manager: { value: "m", $ref: `${base}/Users/m`, displayName: "M" },
      },
      [customFields]: { payroll_id: "p", year: 1975 },
      meta: {
        resourceType: "User",
        created: "2026-01-31T08:00:00.123Z",
        lastModified: "2026-02-01T08:00:00.000Z",
        location: `${base}/Users/u`,
        version: 'W/"3-ab"',
      },
    });
  });

  it("leaves out what has no value, and the URNs of what is left out", () => {
    const user = received({
      id: "u",
      version: 1,
      createTime,
      updateTime,
      userName: "x",
      name: {},
      enterprise: { manager: {} },
      extensions: { [customFields]: {} },
    });
    expect(Object.keys(json(userResource(user, base, tag)) as object)).toEqual(["schemas", "id", "userName", "meta"]);
    expect(userResource(user, base, tag).schemas).toEqual([core]);
  });

  it("does not mix up the schemas of two answers", () => {
    const withFields = received({ userName: "x", extensions: { [customFields]: { a: 1 } } });
    userResource(withFields, base, tag);
    expect(userResource(received({ userName: "x" }), base, tag).schemas).toEqual([core]);
    expect(userResource(withFields, base, tag).schemas).toEqual([core, customFields]);
  });
});

describe("groupResource", () => {
  it("says of each member what it is and where", () => {
    const group = ScimGroup.create({
      id: "g",
      version: 2,
      createTime,
      updateTime,
      displayName: "Staff",
      groupType: "Team",
      members: [
        Member.create({ value: "u", display: "x@y", type: MemberType.MEMBER_TYPE_USER }),
        Member.create({ value: "h", display: "Sub", type: MemberType.MEMBER_TYPE_GROUP }),
      ],
    });
    expect(json(groupResource(group, base, tag))).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      id: "g",
      displayName: "Staff",
      groupType: "Team",
      members: [
        { value: "u", $ref: `${base}/Users/u`, type: "User", display: "x@y" },
        { value: "h", $ref: `${base}/Groups/h`, type: "Group", display: "Sub" },
      ],
      meta: { resourceType: "Group", location: `${base}/Groups/g`, version: tag },
    });
  });

  it("has no members where none were read", () => {
    expect(groupResource(ScimGroup.create({ id: "g", displayName: "Staff" }), base, tag)).not.toHaveProperty("members");
  });
});
