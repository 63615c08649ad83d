import { describe, expect, it } from "vitest";
import { newUser, untilReady, useTestGateway } from "../../test/test-gateway.ts";

const gateway = useTestGateway();

describe("routes", () => {
  it.each(["/scim/v2", "/scim", ""])("serves the same resources under %j and links to itself", async (base) => {
    const { json } = await gateway.ask(`${base}/Users`, { method: "POST", body: newUser("a@example.com") });
    expect(json.meta.location).toBe(`${gateway.origin}${base}/Users/${json.id}`);
    expect((await gateway.ask(`${base}/Users/${json.id}`)).json.userName).toBe("a@example.com");
  });

  it("links to the public URL where there is one", async () => {
    const another = await gateway.start({ publicUrl: "https://directory.example.com" });
    const { url } = another;
    await untilReady(url);
    expect(await locationAt(`${url}/scim/v2/ServiceProviderConfig`)).toBe(
      "https://directory.example.com/scim/v2/ServiceProviderConfig",
    );
  });

  it("believes forwarded headers from trusted proxies alone", async () => {
    const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "directory.example.com" };
    const path = "/scim/ServiceProviderConfig";
    expect(await locationAt(`${gateway.origin}${path}`, headers)).toBe(`${gateway.origin}${path}`);
    const behindProxy = await gateway.start({ trustedProxies: ["127.0.0.1"] });
    expect(await locationAt(`${behindProxy.url}${path}`, headers)).toBe(
      "https://directory.example.com/scim/ServiceProviderConfig",
    );
  });

  it("refuses a Host that is none", async () => {
    const answer = await gateway.raw('GET /Schemas HTTP/1.1\r\nHost: a"b\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([
    "/Users/",
    "/scim/v2/Users/?",
    "/scim/v2/Users?",
    '/Users?filter=userName+eq+"a@example.com"&',
    "/Users?&startIndex=1",
    "//Users",
    "/scim/v2//Users",
    "//scim//v2///Users//",
    "/scim/v2//Users?filter=profileUrl+eq+%22https://a//b%22",
  ])("tolerates the stray characters of %s", async (path) => {
    expect((await gateway.ask(path)).status).toBe(200);
  });

  it("answers an unknown path with 404 in SCIM form", async () => {
    const { status, headers, json } = await gateway.ask("/scim/v2/Nothing");
    expect(status).toBe(404);
    expect(headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(json).toMatchObject({ status: "404", detail: expect.any(String) });
  });

  it.each([
    ["/Users", "PUT", "GET, HEAD, POST"],
    ["/scim/v2/Users/u1", "POST", "GET, HEAD, PUT, PATCH, DELETE"],
    ["/scim/Schemas", "DELETE", "GET, HEAD"],
    ["/Groups", "OPTIONS", "GET, HEAD, POST"],
    ["/", "POST", "GET, HEAD"],
    ["/scim/v2", "DELETE", "GET, HEAD"],
    ["/.search", "GET", "POST"],
    ["/scim/Users/.search", "PUT", "POST"],
  ])("answers %s %s with 405 and what it allows", async (path, method, allow) => {
    const { status, headers, json } = await gateway.ask(path, { method });
    expect(status).toBe(405);
    expect(headers.get("allow")).toBe(allow);
    expect(json.status).toBe("405");
  });

  it("answers HEAD as GET without a body", async () => {
    const { status, headers, json } = await gateway.ask("/Users", { method: "HEAD" });
    expect(status).toBe(200);
    expect(Number(headers.get("content-length"))).toBeGreaterThan(0);
    expect(json).toBeUndefined();
  });

  it.each([
    ["GET", "/scim/v2/Me"],
    ["PATCH", "/Me"],
  ])("answers %s %s with 501", async (method, path) => {
    const { status, json } = await gateway.ask(path, { method });
    expect(status).toBe(501);
    expect(json.status).toBe("501");
  });

  it("answers a path with a wrong percent-encoding with 400", async () => {
    const { status, json } = await gateway.ask("/Users/%E0%A4%A");
    expect(status).toBe(400);
    expect(json.status).toBe("400");
  });

  it("answers what is not HTTP in SCIM form", async () => {
    const answer = await gateway.raw("nonsense\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"status":"400"');
  });

  it("answers an Accept that leaves JSON out", async () => {
    expect((await gateway.ask("/Users", { headers: { accept: "text/html" } })).status).toBe(200);
  });
});

describe("discovery", () => {
  it.each(["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas"])(
    "serves %s without a token",
    async (path) => {
      const response = await fetch(`${gateway.origin}/scim/v2${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
    },
  );

  it("serves a schema by its URN and 404 for another", async () => {
    const { json } = await gateway.ask("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User");
    expect(json.id).toBe("urn:ietf:params:scim:schemas:core:2.0:User");
    expect((await gateway.ask("/Schemas/urn:example:none")).status).toBe(404);
  });

  it("says what is not there without the pattern of its route", async () => {
    expect((await gateway.ask("/Schemas/urn:nope")).json.detail).toBe('/Schemas has no "urn:nope".');
    expect((await gateway.ask("/ResourceTypes/Robot")).json.detail).toBe('/ResourceTypes has no "Robot".');
  });

  it("answers a filter with 403", async () => {
    expect((await gateway.ask('/Schemas?filter=id eq "x"')).status).toBe(403);
  });
});

describe("bodies", () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, contentType = "application/scim+json") =>
    gateway.ask("/Users", { method: "POST", body, headers: { "content-type": contentType } });

  it.each([
    "application/scim+json",
    "application/json",
    "application/scim+json; charset=utf-8",
    "Application/JSON;charset=UTF-8",
  ])("takes %s", async (contentType) => {
    expect((await post(newUser("a@example.com"), contentType)).status).toBe(201);
  });

  it.each(["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx", "nonsense"])(
    "answers %s with 415",
    async (contentType) => {
      const { status, json } = await post(newUser("a@example.com"), contentType);
      expect(status).toBe(415);
      expect(json.status).toBe("415");
      expect(gateway.services.calls).toEqual([]);
    },
  );

  it("ignores the media type of a body that is not there", async () => {
    const { json } = await post(newUser("a@example.com"));
    const { status } = await gateway.ask(`/Users/${json.id}`, {
      method: "DELETE",
      headers: { "content-type": "text/plain" },
    });
    expect(status).toBe(204);
  });

  it.each([
    ["", "no body"],
    ["{", "ends too early"],
    ['{"userName":"a","userName":"b"}', '"userName" appears twice'],
    ['{"__proto__":{}}', '"__proto__" is not allowed'],
    [`${"[".repeat(40)}${"]".repeat(40)}`, "nested deeper than 32"],
  ])("answers the body %j with 400 invalidSyntax", async (body, detail) => {
    const { status, json } = await post(body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ scimType: "invalidSyntax", detail: expect.stringContaining(detail) });
  });

  it("answers bytes that are not UTF-8 with 400 invalidSyntax", async () => {
    const { status, json } = await post(new Uint8Array([0x7b, 0xff, 0x7d]));
    expect(status).toBe(400);
    expect(json.scimType).toBe("invalidSyntax");
  });

  it("answers more than 1 MiB with 413, and for groups more than 4 MiB", async () => {
    const padded = (bytes: number) => `{"a":"${" ".repeat(bytes)}"}`;
    expect((await post(padded(1024 * 1024))).status).toBe(413);
    const { status, json } = await gateway.ask("/Groups", { method: "POST", body: padded(2 * 1024 * 1024) });
    expect([status, json.scimType]).toEqual([400, "invalidSyntax"]);
    expect((await gateway.ask("/Groups", { method: "POST", body: padded(4 * 1024 * 1024) })).status).toBe(413);
  });
});

async function locationAt(url: string, headers: Record<string, string> = {}): Promise<string> {
  const body = (await (await fetch(url, { headers })).json()) as { meta: { location: string } };
  return body.meta.location;
}
