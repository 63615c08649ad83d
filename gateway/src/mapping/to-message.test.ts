import { ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { describe, expect, it } from "vitest";
import { validateResource } from "../scim/validate.ts";
import { groupSchema } from "./group.ts";
import { toScimGroup, toScimUser } from "./to-message.ts";
import { groupResource, userResource } from "./to-resource.ts";
import { userSchema } from "./user.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const customFields = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

const body = {
  userName: "x@y",
  externalId: "e",
  name: {
    formatted: "f",
    familyName: "F",
    givenName: "G",
    middleName: "M",
    honorificPrefix: "Dr",
    honorificSuffix: "III",
  },
  displayName: "d",
  nickName: "n",
  profileUrl: "https://x",
  title: "t",
  userType: "VIP",
  preferredLanguage: "nl",
  locale: "nl-NL",
  timezone: "Europe/Amsterdam",
  active: true,
  emails: [{ value: "x@y", display: "X", type: "work", primary: true }],
  phoneNumbers: [{ value: "1", type: "mobile" }],
  ims: [{ value: "i", type: "aim" }],
  photos: [{ value: "https://p", type: "photo" }],
  addresses: [
    {
      formatted: "f",
      streetAddress: "s",
      locality: "l",
      region: "r",
      postalCode: "p",
      country: "NL",
      type: "work",
      primary: true,
    },
  ],
  entitlements: [{ value: "en" }],
  roles: [{ value: "specialist" }],
  x509Certificates: [{ value: "MII=" }],
  [enterprise]: {
    employeeNumber: "1",
    costCenter: "2",
    organization: "3",
    division: "4",
    department: "5",
    manager: { value: "m" },
    site: "6",
    location: "7",
    supportID: "8",
  },
  [customFields]: { payroll_id: "p", tags: ["a"], deep: { b: [1, null] } },
};

describe("toScimUser", () => {
  it("carries every attribute over the wire and back", () => {
    const sent = ScimUser.decode(ScimUser.encode(toScimUser(validateResource(body, userSchema))).finish());
    const {
      schemas: _,
      id: __,
      meta: ___,
      ...answered
    } = JSON.parse(JSON.stringify(userResource(sent, "https://h", "")));
    expect(answered).toEqual({
      ...body,
      [enterprise]: { ...body[enterprise], manager: { value: "m", $ref: "https://h/Users/m" } },
    });
  });

  it("covers every row that a client may write", () => {
    const writable = [
      ...userSchema.everyResource,
      ...userSchema.core.attributes,
      ...(userSchema.extensions[0]?.attributes ?? []),
    ]
      .filter((row) => row.mutability !== "readOnly" && row.field !== undefined)
      .map((row) => row.name);
    expect([...Object.keys(body), ...Object.keys(body[enterprise])]).toEqual(expect.arrayContaining(writable));
  });

  it("leaves out what is null or empty, and what is not stored", () => {
    const user = toScimUser(
      validateResource(
        {
          userName: "x",
          title: "",
          emails: [],
          active: null,
          password: "p",
          groups: [{ value: "g" }],
          name: { givenName: null },
          [enterprise]: { department: null, manager: "" },
        },
        userSchema,
      ),
    );
    expect(user).toEqual(ScimUser.create({ userName: "x" }));
    expect(JSON.stringify(user)).not.toContain('"p"');
  });
});

describe("toScimGroup", () => {
  it("carries members by their ids alone", () => {
    const group = toScimGroup(
      validateResource(
        {
          displayName: "Staff",
          groupType: "Team",
          members: [{ value: "u", type: "User", display: "x", $ref: null }, "v"],
        },
        groupSchema,
      ),
    );
    const sent = ScimGroup.decode(ScimGroup.encode(group).finish());
    expect(sent.members.map(({ value }) => value)).toEqual(["u", "v"]);
    expect(groupResource(sent, "https://h", "")).toMatchObject({ displayName: "Staff", groupType: "Team" });
  });
});
