import { digestOf, generateToken } from "@rollcall/runtime/token";
import { describe, expect, it } from "vitest";
import { useTestGateway } from "../../test/test-gateway.ts";

const gateway = useTestGateway();

describe("authentication", () => {
  const unauthorised = async (headers: Record<string, string>, query = "") => {
    const response = await fetch(`${gateway.origin}/scim/v2/Users${query}`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
    const body = (await response.json()) as { detail: string };
    expect(body).toMatchObject({ schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], status: "401" });
    expect(body.detail).toMatch(/\w/);
    return response.headers.get("www-authenticate");
  };

  it("asks for a bearer token without an error code where none was sent", async () => {
    expect(await unauthorised({})).toBe('Bearer realm="rollcall"');
  });

  it("does not read a token in the URL and does not log it", async () => {
    const secret = gateway.services.tokens.scim;
    expect(await unauthorised({}, `?access_token=${secret}`)).toBe('Bearer realm="rollcall"');
    expect(gateway.lines.join("")).not.toContain(secret);
  });

  it.each([
    ["garbage", "non-token"],
    ["another scheme", "Basic dXNlcjpwYXNz"],
    ["no token after the scheme", "Bearer "],
    ["a token with a wrong checksum", `Bearer rct_${"0".repeat(49)}`],
    ["an unknown token", `Bearer ${generateToken()}`],
    ["two tokens", "Bearer a, Bearer b"],
  ])("answers invalid_token to %s", async (_what, authorization) => {
    expect(await unauthorised({ authorization })).toBe('Bearer realm="rollcall", error="invalid_token"');
  });

  it("refuses two Authorization headers, even where the first is good", async () => {
    const answer = await gateway.raw(
      `GET /scim/v2/Users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n` +
        `Authorization: Bearer ${gateway.services.tokens.scim}\r\nauthorization: Bearer x\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("takes the scheme in any case", async () => {
    const { status } = await gateway.ask("/Users", {
      headers: { authorization: `bEARER ${gateway.services.tokens.scim}` },
    });
    expect(status).toBe(200);
  });

  it("answers 403 insufficient_scope to a token of another scope", async () => {
    const { status, headers, json } = await gateway.ask("/Users", {
      headers: { authorization: `Bearer ${gateway.services.tokens.reader}` },
    });
    expect(status).toBe(403);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="rollcall", error="insufficient_scope", scope="scim"');
    expect(json.status).toBe("403");
  });

  it("answers 503 and never 401 where tokens cannot be verified", async () => {
    const another = await gateway.start({ tokenAddress: "127.0.0.1:1" });
    const { url } = another;
    const response = await fetch(`${url}/Users`, {
      headers: { authorization: `Bearer ${gateway.services.tokens.scim}` },
    });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("sends on the digest of the token and never the token", async () => {
    await gateway.ask("/Users");
    expect(gateway.services.calls[0]?.call.caller.tokenId).toBe(digestOf(gateway.services.tokens.scim).toString("hex"));
  });

  it("answers before it reads a body", async () => {
    const answer = await gateway.raw(
      "POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
        "Content-Type: application/scim+json\r\nContent-Length: 1000000\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});
