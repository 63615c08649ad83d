import { describe, expect, it } from "vitest";
import { ScimError } from "./error.ts";

describe("ScimError", () => {
  it("has the body of RFC 7644 section 3.12, its status as text", () => {
    expect(new ScimError(400, "invalidValue", "userName is required.").toBody()).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "400",
      scimType: "invalidValue",
      detail: "userName is required.",
    });
  });

  it("leaves scimType out where there is none", () => {
    expect(JSON.stringify(new ScimError(404, undefined, "No such user.").toBody())).toBe(
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"No such user."}',
    );
  });
});
