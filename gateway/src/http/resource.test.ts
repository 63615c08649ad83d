import { setTimeout as sleep } from "node:timers/promises";
import type { BatchLookupScimUsersRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { generateToken } from "@rollcall/runtime/token";
import { describe, expect, it } from "vitest";
import { newUser, useTestGateway } from "../../test/test-gateway.ts";

const gateway = useTestGateway();

describe("users", () => {
  it("go through creation, reading, change and deletion with their versions", async () => {
    const created = await gateway.ask("/scim/v2/Users", { method: "POST", body: newUser("a@example.com") });
    expect(created.status).toBe(201);
    expect(created.headers.get("etag")).toBe('W/"1"');
    expect(created.headers.get("location")).toBe(created.json.meta.location);
    expect(created.json).toMatchObject({ userName: "a@example.com", meta: { version: 'W/"1"', resourceType: "User" } });
    const path = `/scim/v2/Users/${created.json.id}`;

    const unchanged = await gateway.ask(path, { headers: { "if-none-match": 'W/"1"' } });
    expect([unchanged.status, unchanged.json, unchanged.headers.get("etag")]).toEqual([304, undefined, 'W/"1"']);

    const operations = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] };
    const deactivate = JSON.stringify({
      ...operations,
      Operations: [{ op: "Replace", path: "active", value: "False" }],
    });
    const lost = await gateway.ask(path, { method: "PATCH", body: deactivate, headers: { "if-match": 'W/"7"' } });
    expect(lost.status).toBe(412);
    const odd = await gateway.ask(path, { method: "PATCH", body: deactivate, headers: { "if-match": "7" } });
    expect([odd.status, odd.json.scimType]).toEqual([400, "invalidValue"]);
    expect(odd.json.detail).toContain("If-Match");
    const patched = await gateway.ask(path, { method: "PATCH", body: deactivate, headers: { "if-match": 'W/"1"' } });
    expect([patched.status, patched.json.active]).toEqual([200, false]);
    expect(patched.headers.get("etag")).toBe('W/"2"');

    expect((await gateway.ask(path, { method: "DELETE" })).status).toBe(204);
    const gone = await gateway.ask(path);
    expect([gone.status, gone.json.status]).toEqual([404, "404"]);
  });

  it("are not 304 where only their groups have changed", async () => {
    const { json } = await gateway.ask("/Users", { method: "POST", body: newUser("a@example.com") });
    const user = gateway.services.users.get(json.id);
    if (!user) throw new Error("The user was not created.");
    user.groups = [{ value: "g", display: "Sales", type: "direct" }];
    const path = `/Users/${json.id}`;
    const ask = (tag: string, query = "") => gateway.ask(`${path}${query}`, { headers: { "if-none-match": tag } });

    const { status, headers, json: shown } = await ask('W/"1"');
    const tag = headers.get("etag") ?? "";
    expect([status, tag]).toEqual([200, shown.meta.version]);
    expect((await ask(tag)).status).toBe(304);
    expect((await ask('W/"1"', "?excludedAttributes=groups")).status).toBe(304);
    user.groups = [];
    expect((await ask(tag)).json).not.toHaveProperty("groups");

    const body = JSON.stringify({ Operations: [{ op: "replace", path: "active", value: false }] });
    const stale = await gateway.ask(path, { method: "PATCH", body, headers: { "if-match": tag.replace("1", "7") } });
    const patched = await gateway.ask(path, { method: "PATCH", body, headers: { "if-match": tag } });
    expect([stale.status, patched.status, patched.headers.get("etag")]).toEqual([412, 200, 'W/"2"']);
  });

  it("have the version alone as their tag where a write's answer leaves the groups out", async () => {
    const { json } = await gateway.ask("/Users", { method: "POST", body: newUser("a@example.com") });
    const user = gateway.services.users.get(json.id);
    if (!user) throw new Error("The user was not created.");
    user.groups = [{ value: "g", display: "Sales", type: "direct" }];
    const body = JSON.stringify({ Operations: [{ op: "replace", path: "active", value: false }] });
    const { headers, json: shown } = await gateway.ask(`/Users/${json.id}?excludedAttributes=groups`, {
      method: "PATCH",
      body,
    });
    expect([headers.get("etag"), shown.meta.version, shown.groups]).toEqual(['W/"2"', 'W/"2"', undefined]);
  });

  it("answer conflicts and refused values in the RFC's words", async () => {
    const taken = await gateway.ask("/Users", { method: "POST", body: newUser("taken@example.com") });
    expect([taken.status, taken.json.scimType]).toEqual([409, "uniqueness"]);
    const long = await gateway.ask("/Users", { method: "POST", body: newUser("long@example.com") });
    expect([long.status, long.json.scimType]).toEqual([400, "invalidValue"]);
    expect(long.json.detail).toBe("name.familyName: must be shorter.");
  });

  it("say nothing of a fault but the trace id, under which it is logged", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const body = newUser("fault@example.com");
    const { status, json } = await gateway.ask("/Users", { method: "POST", body, headers: { traceparent } });
    expect(status).toBe(500);
    expect(json.detail).toContain("0af7651916cd43dd8448eb211c80319c");
    expect(json.detail).not.toContain("select");
    expect(gateway.lines.join("")).toContain("0af7651916cd43dd8448eb211c80319c");
    expect(gateway.services.calls[0]?.call.trace.traceId).toBe("0af7651916cd43dd8448eb211c80319c");
  });

  it("list by index and by cursor", async () => {
    for (const name of ["a", "b", "c"])
      await gateway.ask("/Users", { method: "POST", body: newUser(`${name}@example.com`) });
    const page = await gateway.ask("/Users?startIndex=2&count=1&attributes=userName");
    expect(page.json).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    expect(page.json.Resources[0]).toEqual({
      schemas: expect.any(Array),
      id: "u2",
      userName: "b@example.com",
    });
    const first = await gateway.ask("/Users?cursor&count=2");
    expect(first.json).toMatchObject({ totalResults: 3, nextCursor: "next" });
    expect(first.json.startIndex).toBeUndefined();
  });

  it("are 200 and an empty list for an unknown value, and 400 for a filter that is none", async () => {
    const none = await gateway.ask('/Users?filter=userName eq "nobody"');
    expect([none.status, none.json.totalResults, none.json.Resources]).toEqual([200, 0, []]);
    const bad = await gateway.ask("/Users?filter=userName eq");
    expect([bad.status, bad.json.scimType]).toEqual([400, "invalidFilter"]);
  });

  it("are listed where a lookup has too many matches", async () => {
    await gateway.ask('/Users?filter=displayName eq "truncated"');
    expect(gateway.services.calls.map(({ method }) => method)).toEqual(["batchLookupScimUsers", "listScimUsers"]);
  });

  it("are 503 with Retry-After where directory-service is away", async () => {
    const another = await gateway.start({ directoryAddress: "127.0.0.1:1" });
    const { url } = another;
    const headers = { authorization: `Bearer ${gateway.services.tokens.scim}` };
    const unknown = { authorization: `Bearer ${generateToken()}` };
    await expect.poll(async () => (await fetch(`${url}/Me`, { headers: unknown })).status).toBe(401);
    const response = await fetch(`${url}/Users/u1`, { headers });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.text()).not.toContain("127.0.0.1");
  });
});

describe("batching over the wire", () => {
  it("sends reads that arrive together as one call and gives each its own answer", async () => {
    const names = Array.from({ length: 16 }, (_, index) => `user${index}@example.com`);
    for (const name of names) await gateway.ask("/Users", { method: "POST", body: newUser(name) });
    gateway.services.calls.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    gateway.services.gate.open = promise;

    const answers = await fillBothCalls(names.map((name) => `/Users?filter=userName eq "${name}"`));
    // The other fourteen have had the time to reach the gateway.
    await sleep(100);
    expect(gateway.services.calls).toHaveLength(2);
    resolve();

    const found = await Promise.all(answers);
    expect(found.map(({ json }) => json.Resources[0].userName)).toEqual(names);
    const sizes = gateway.services.calls.map(({ request }) => (request as BatchLookupScimUsersRequest).keys.length);
    expect(sizes).toEqual([1, 1, 14]);
  });

  it("sends reads by id the same way", async () => {
    const { json } = await gateway.ask("/Users", { method: "POST", body: newUser("a@example.com") });
    gateway.services.calls.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    gateway.services.gate.open = promise;
    const answers = await fillBothCalls(Array(8).fill(`/Users/${json.id}`));
    await sleep(100);
    resolve();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(gateway.services.calls.map(({ method }) => method)).toEqual(Array(3).fill("batchGetScimUsers"));
  });
});

/** Asks so that one request each takes the two calls that may be under way, and the rest gather. */
async function fillBothCalls(paths: string[]) {
  const answers = [];
  for (const [index, path] of paths.entries()) {
    answers.push(gateway.ask(path));
    if (index < 2) await expect.poll(() => gateway.services.calls.length, { timeout: 5_000 }).toBe(index + 1);
  }
  return answers;
}
