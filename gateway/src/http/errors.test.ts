import { status } from "@grpc/grpc-js";
import { Reason } from "@rollcall/proto/grpc/rollcall/error/v1/reason";
import { fieldInvalid, fromServiceError, StatusError } from "@rollcall/runtime/status";
import { describe, expect, it } from "vitest";
import { ScimError } from "../scim/error.ts";
import { REASONS, toFailure } from "./errors.ts";
import { JsonError } from "./json.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";

describe("the table of reasons", () => {
  it("has a row for every reason of the contract and no other", () => {
    const reasons = Object.keys(Reason)
      .map((name) => name.replace("REASON_", ""))
      .filter((name) => name !== "UNSPECIFIED" && name !== "UNRECOGNIZED");
    expect(Object.keys(REASONS).sort()).toEqual(reasons.sort());
  });
});

describe("toFailure", () => {
  it("keeps what the SCIM engine says", () => {
    const { status, body } = toFailure(new ScimError(400, "invalidPath", "There is no attribute foo."), TRACE);
    expect(status).toBe(400);
    expect(body).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "400",
      scimType: "invalidPath",
      detail: "There is no attribute foo.",
    });
  });

  it("maps a reason to its status and scimType", () => {
    const error = new StatusError(status.ALREADY_EXISTS, "USER_NAME_TAKEN", "Another user has this userName.");
    expect(toFailure(error, TRACE).body).toMatchObject({
      status: "409",
      scimType: "uniqueness",
      detail: "Another user has this userName.",
    });
  });

  it("calls a page token what SCIM calls it", () => {
    const error = new StatusError(status.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", "The page token is not one of ours.");
    expect(toFailure(error, TRACE).body).toMatchObject({
      scimType: "invalidCursor",
      detail: "The cursor is not one of ours.",
    });
  });

  it("names the SCIM attribute of each field violation", () => {
    const error = fieldInvalid([
      { field: "scim_user.name.family_name", description: "must be at most 255 characters." },
      { field: "emails[1].value", description: "must be at most 255 characters." },
      { field: "enterprise.support_id", description: "must be text." },
    ]);
    expect(toFailure(error, TRACE).body).toMatchObject({
      status: "400",
      scimType: "invalidValue",
      detail:
        "name.familyName: must be at most 255 characters. emails.value: must be at most 255 characters. " +
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:supportID: must be text.",
    });
  });

  it("puts the SCIM name for the attribute that a service names by its contract path", () => {
    const error = new StatusError(status.INVALID_ARGUMENT, "CHANGE_INVALID", "enterprise.support_id must be text.", {
      metadata: { attribute: "enterprise.support_id" },
    });
    expect(toFailure(error, TRACE).body.detail).toBe(
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:supportID must be text.",
    );
  });

  it("names the attribute that a reason is about, once", () => {
    const detailOf = (message: string) =>
      toFailure(new StatusError(status.INVALID_ARGUMENT, "MEMBER_NOT_FOUND", message), TRACE).body.detail;
    expect(detailOf('There is no user or group with id "x".')).toBe('members: There is no user or group with id "x".');
    expect(detailOf("members has an unknown id.")).toBe("members has an unknown id.");
  });

  it("tells who sent nothing that a bearer token is needed, without an error code", () => {
    const missing = toFailure(new StatusError(status.UNAUTHENTICATED, "TOKEN_MISSING", "No token."), TRACE);
    expect(missing.headers["www-authenticate"]).toBe('Bearer realm="rollcall"');
    const invalid = toFailure(new StatusError(status.UNAUTHENTICATED, "TOKEN_INVALID", "Not valid."), TRACE);
    expect(invalid.headers["www-authenticate"]).toBe('Bearer realm="rollcall", error="invalid_token"');
  });

  it("names the scope that is missing", () => {
    const { status: code, headers } = toFailure(
      new StatusError(status.PERMISSION_DENIED, "SCOPE_MISSING", "This needs scope scim."),
      TRACE,
    );
    expect(code).toBe(403);
    expect(headers["www-authenticate"]).toBe('Bearer realm="rollcall", error="insufficient_scope", scope="scim"');
  });

  it.each([status.UNAVAILABLE, status.DEADLINE_EXCEEDED])("asks to retry after gRPC status %d", (code) => {
    const raw = Object.assign(new Error("14 UNAVAILABLE"), { code, details: "connect ECONNREFUSED 10.1.2.3:50051" });
    const failure = toFailure(fromServiceError(raw), TRACE);
    expect(failure.status).toBe(503);
    expect(failure.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
    expect(JSON.stringify(failure.body)).not.toContain("10.1.2.3");
    expect(failure.body.detail).toContain(TRACE);
  });

  it("keeps the time that a service asks to wait", () => {
    const error = new StatusError(status.RESOURCE_EXHAUSTED, "RATE_LIMITED", "Too many requests.", {
      retryAfterSeconds: 7,
    });
    expect(toFailure(error, TRACE)).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
  });

  it("tells what to leave out where an answer would be too large, and not the sizes of the inside", () => {
    const raw = Object.assign(new Error("8 RESOURCE_EXHAUSTED"), {
      code: status.RESOURCE_EXHAUSTED,
      details: "Sent message larger than max (80000000 vs. 67108864)",
    });
    const { status: code, body } = toFailure(fromServiceError(raw), TRACE);
    expect([code, body.scimType]).toEqual([400, "tooMany"]);
    expect(body.detail).toContain("excludedAttributes=members");
    expect(body.detail).not.toContain("67108864");
  });

  it("says where JSON is wrong", () => {
    expect(toFailure(new JsonError("The request has no body."), TRACE).body).toMatchObject({
      status: "400",
      scimType: "invalidSyntax",
      detail: "The request has no body.",
    });
  });

  it.each([
    ["FST_ERR_CTP_BODY_TOO_LARGE", 413],
    ["FST_ERR_CTP_INVALID_MEDIA_TYPE", 415],
    ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", 400],
    ["FST_ERR_BAD_URL", 400],
  ])("puts Fastify's %s in SCIM form", (code, expected) => {
    const { status, body } = toFailure(Object.assign(new Error("of Fastify"), { code }), TRACE);
    expect(status).toBe(expected);
    expect(body.status).toBe(String(expected));
    expect(body.detail).not.toContain("Fastify");
  });

  it.each([
    new Error('duplicate key value violates unique constraint "secret"'),
    "a string",
    undefined,
    new StatusError(status.INTERNAL, "INTERNAL", "select * from secret"),
    new StatusError(status.ABORTED, "REASON_OF_A_LATER_RELEASE" as never, "secret"),
  ])("says nothing of an unknown error but the trace id", (error) => {
    const failure = toFailure(error, TRACE);
    expect(failure).toMatchObject({ status: 500, fault: true });
    expect(failure.body.detail).toBe(`The server failed to answer. The fault has been logged. Trace id: ${TRACE}.`);
  });
});
