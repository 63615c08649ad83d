import { ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { describe, expect, it } from "vitest";
import { groupSchema } from "../mapping/group.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "./error.ts";
import { putChanges } from "./put.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function replaced(body: unknown, schema = userSchema): unknown[] {
  return putChanges(body, schema, "merge").map(({ operation, attribute, subAttribute, element, value }) => {
    expect(operation).toBe(ChangeOperation.CHANGE_OPERATION_REPLACE);
    expect(element).toBeUndefined();
    return [subAttribute === "" ? attribute : `${attribute}/${subAttribute}`, value];
  });
}

describe("putChanges", () => {
  it("replaces each attribute that is sent, as Okta sends back all that it read", () => {
    expect(
      replaced({
        schemas: [userSchema.urn, enterprise],
        id: "2819c223",
        meta: { resourceType: "User", location: "x" },
        groups: [],
        userName: "x@y",
        name: { givenName: "G", familyName: "F" },
        emails: [{ primary: true, value: "x@y", type: "work", display: "x@y" }],
        active: false,
        [enterprise]: { department: "d", manager: { value: "m", displayName: "M", $ref: "x/Users/m" } },
      }),
    ).toEqual([
      ["user_name", "x@y"],
      ["name/family_name", "F"],
      ["name/given_name", "G"],
      ["emails", [{ primary: true, value: "x@y", type: "work", display: "x@y" }]],
      ["active", false],
      ["enterprise.department", "d"],
      ["enterprise.manager/value", "m"],
    ]);
  });

  it("clears by null, empty text and empty list, and leaves the rest alone", () => {
    expect(
      replaced({
        title: null,
        nickName: "",
        emails: [],
        active: null,
        name: { givenName: null },
        [enterprise]: { manager: {} },
      }),
    ).toEqual([
      ["title", null],
      ["nick_name", null],
      ["emails", null],
      ["active", null],
      ["name/given_name", null],
      ["enterprise.manager", null],
    ]);
    expect(replaced({ name: {}, [enterprise]: {} })).toEqual([]);
  });

  it("clears a whole extension by null", () => {
    expect(replaced({ [enterprise]: null })).toHaveLength(9);
  });

  it("replaces the members of a group where they are sent", () => {
    expect(replaced({ displayName: "x", members: [{ value: "a", type: "User" }] }, groupSchema)).toEqual([
      ["display_name", "x"],
      ["members", [{ value: "a" }]],
    ]);
    expect(replaced({ members: [] }, groupSchema)).toEqual([["members", null]]);
  });

  it("may leave a required attribute out, but not clear it", () => {
    expect(replaced({ title: "t" })).toEqual([["title", "t"]]);
    expect(() => putChanges({ userName: "" }, userSchema, "merge")).toThrow(
      new ScimError(400, "invalidValue", "userName is required."),
    );
    expect(() => putChanges({ userName: " " }, userSchema, "merge")).toThrow("userName must not be blank.");
    expect(() => putChanges({ displayName: "x " }, groupSchema, "merge")).toThrow(
      "displayName must not begin or end with white space.",
    );
    expect(() => putChanges({ displayName: null }, groupSchema, "merge")).toThrow("displayName is required.");
  });
});
