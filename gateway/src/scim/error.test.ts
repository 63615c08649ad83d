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

  it("cuts the middle out of a detail that quotes more than anyone reads", () => {
    const { detail, message } = new ScimError(
      400,
      "invalidPath",
      `${"x".repeat(799)}😀${"x".repeat(9_000)} is nothing.`,
    );
    expect(detail).toBe(`${"x".repeat(799)}\ufffd…${"x".repeat(188)} is nothing.`);
    expect(message).toBe(detail);
    expect(new ScimError(400, "invalidPath", "x".repeat(1_000)).detail).toBe("x".repeat(1_000));
  });
});
