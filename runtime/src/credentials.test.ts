import { Metadata } from "@grpc/grpc-js";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { describe, expect, it } from "vitest";
import { bearerMetadata, DIGEST_METADATA } from "./client.ts";
import { callerOf, presentedDigest } from "./credentials.ts";
import { digestOf, generateToken } from "./token.ts";

function metadata(name: string, value: string | Buffer): Metadata {
  const made = new Metadata();
  made.set(name, value);
  return made;
}

const malformed = expect.objectContaining({ reason: "TOKEN_MALFORMED" });
const token = generateToken();

describe("the token that came with a call", () => {
  it("is read from the authorization, whose scheme is of any case", () => {
    for (const scheme of ["Bearer", "bearer", "BEARER"])
      expect(presentedDigest(metadata("authorization", `${scheme} ${token}`))).toEqual(digestOf(token));
  });

  it("is read from the digest that the gateway sends", () => {
    expect(presentedDigest(metadata(DIGEST_METADATA, digestOf(token)))).toEqual(digestOf(token));
  });

  it("is missing where there is neither", () => {
    expect(() => presentedDigest(new Metadata())).toThrow(expect.objectContaining({ reason: "TOKEN_MISSING" }));
  });

  it.each(["", "Bearer", "Bearer ", token, `Basic ${token}`, `Bearer ${token} x`, `Bearer ${token}x`, "Bearer rct_"])(
    "is malformed as %j",
    (authorization) => {
      expect(() => presentedDigest(metadata("authorization", authorization))).toThrow(malformed);
    },
  );

  it("is malformed as a digest of another length", () => {
    for (const length of [0, 31, 33])
      expect(() => presentedDigest(metadata(DIGEST_METADATA, Buffer.alloc(length)))).toThrow(malformed);
  });

  it("is never in the message of an error", () => {
    const wrong = token.replace("rct_", "rct-");
    expect(() => presentedDigest(bearerMetadata(wrong))).not.toThrow(wrong);
  });
});

describe("a caller's scopes", () => {
  const scopesOf = (...scopes: TokenScope[]) =>
    [...callerOf({ id: "1", accountId: "acme", scopes }).scopes].sort((a, b) => a - b);
  const {
    TOKEN_SCOPE_SCIM: SCIM,
    TOKEN_SCOPE_DIRECTORY_READ: READ,
    TOKEN_SCOPE_DIRECTORY_WRITE: WRITE,
    TOKEN_SCOPE_OWNER: OWNER,
    TOKEN_SCOPE_ADMINISTRATOR: ADMINISTRATOR,
    TOKEN_SCOPE_OPERATOR: OPERATOR,
    TOKEN_SCOPE_SERVICE: SERVICE,
  } = TokenScope;

  it("include what an owner's and an administrator's imply", () => {
    expect(scopesOf(OWNER)).toEqual([READ, WRITE, OWNER, ADMINISTRATOR]);
    expect(scopesOf(ADMINISTRATOR)).toEqual([READ, WRITE, ADMINISTRATOR]);
  });

  it("are otherwise the token's alone", () => {
    for (const scope of [SCIM, READ, WRITE, OPERATOR, SERVICE]) expect(scopesOf(scope)).toEqual([scope]);
  });
});
