import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { constraintError } from "./constraint-errors.ts";

const fault = (code: string, constraint?: string) =>
  new Error("wrapped", {
    cause: Object.assign(new Error("duplicate key value (acme, ada@example.com)"), { code, constraint }),
  });

describe("constraintError", () => {
  it.each([
    ["scim_user_user_name_unique", "USER_NAME_TAKEN"],
    ["scim_user_pkey", "SCIM_ID_TAKEN"],
    ["scim_group_pkey", "SCIM_ID_TAKEN"],
    ["scim_group_display_name_unique", "DISPLAY_NAME_TAKEN"],
    ["person_primary_email_unique", "PRIMARY_EMAIL_TAKEN"],
    ["organization_name_unique", "ORGANIZATION_NAME_TAKEN"],
    ["account_pkey", "ACCOUNT_ID_TAKEN"],
  ])("tells a violation of %s as ALREADY_EXISTS, without the values", (constraint, reason) => {
    const error = constraintError(fault("23505", constraint));
    expect(error).toMatchObject({ code: status.ALREADY_EXISTS, reason });
    expect(error?.message).not.toContain("ada@example.com");
  });

  it("tells a missing account", () => {
    expect(constraintError(fault("23503", "scim_user_account_id_fkey"))).toMatchObject({ reason: "ACCOUNT_NOT_FOUND" });
  });

  it("leaves every other fault alone", () => {
    expect(constraintError(fault("23505", "somebody_elses"))).toBeUndefined();
    expect(constraintError(fault("23514", "scim_user_user_name_unique"))).toBeUndefined();
    expect(constraintError(new Error("x"))).toBeUndefined();
    expect(constraintError("x")).toBeUndefined();
  });
});
