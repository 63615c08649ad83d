import {
  ConnectionProfile,
  UpdateConnectionRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { bulk, bulkRequest, memberIds, newGroup, newUser, type Result, statuses } from "./bulk-messages.ts";
import type { ScimBody, ScimClient } from "./scim-client.ts";
import { BULK_REQUEST, ERROR, patchOp, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
let account: Account;
let scim: ScimClient;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

beforeEach(async () => {
  account = await stack.newAccount();
  scim = account.scim;
});

describe("Bulk", () => {
  it("does every method as a request of its own would, and answers in the order of the request", async () => {
    const [ann, ben] = [
      (await scim.post("/Users", newUser("ann").data)).body,
      (await scim.post("/Users", newUser("ben").data)).body,
    ];
    const sales = (await scim.post("/Groups", newGroup("sales").data)).body;
    const results = await bulk(scim, [
      newUser("new"),
      {
        method: "put",
        path: `/Users/${ann.id}`,
        data: { schemas: [USER], userName: "ann@example.com", title: "Boss" },
      },
      { method: "PATCH", path: `Users/${ben.id}`, data: patchOp({ op: "replace", path: "active", value: "False" }) },
      { method: "PATCH", path: sales.meta.location, data: patchOp({ op: "add", path: "members", value: ann.id }) },
      { method: "DELETE", path: `/Users/${ben.id}`, bulkId: "bye" },
    ]);
    const created = (await scim.get(`/Users?filter=userName eq "new@example.com"`)).body.Resources[0] as ScimBody;
    expect(results).toEqual([
      { method: "POST", bulkId: "new", status: "201", location: created.meta.location, version: created.meta.version },
      { method: "PUT", status: "200", location: ann.meta.location, version: 'W/"2"' },
      { method: "PATCH", status: "200", location: ben.meta.location, version: 'W/"2"' },
      { method: "PATCH", status: "204", location: sales.meta.location, version: 'W/"2"' },
      { method: "DELETE", bulkId: "bye", status: "204", location: ben.meta.location },
    ]);
    const { body } = await scim.get(`/Users/${ann.id}`);
    expect(body["title"]).toBe("Boss");
    expect(memberIds((await scim.get(`/Groups/${sales.id}`)).body)).toEqual([ann.id]);
    expect((await scim.get(`/Users/${ben.id}`)).status).toBe(404);
  });

  it("answers under every base path, with locations under the same", async () => {
    const { origin } = new URL(stack.processes.scim);
    const { send: sendTo } = scim;
    for (const [at, base] of ["/scim/v2", "/scim", ""].entries()) {
      // The client's base URL ends in the first of them.
      const path = `${origin}${base}/Bulk`;
      const headers = { authorization: `Bearer ${account.tokens.scim}`, "content-type": "application/json" };
      const body = JSON.stringify({ schemas: [BULK_REQUEST], Operations: [newUser(`u${at}`)] });
      const answer = await fetch(path, { method: "POST", headers, body });
      const { Operations } = (await answer.json()) as { Operations: Result[] };
      expect(Operations[0]?.location).toMatch(new RegExp(`^${origin}${base}/Users/[0-9a-f-]{36}$`));
    }
    expect((await sendTo("GET", "/Bulk")).headers["allow"]).toBe("POST");
  });

  it("refuses what it cannot do operation by operation, and does the rest", async () => {
    const { id } = (await scim.post("/Users", newUser("ann").data)).body;
    const results = await bulk(scim, [
      newUser("ann"),
      newUser("odd", { favouriteColor: "red" }),
      { method: "PATCH", path: `/Users/${id}`, data: patchOp({ op: "replace", path: "id", value: "x" }) },
      { method: "DELETE", path: "/Users/none" },
      { method: "GET", path: `/Users/${id}` },
      { method: "POST", path: "/Devices", bulkId: "d", data: {} },
      { method: "DELETE", path: `/Users/${id}`, version: 'W/"7"' },
      { method: "DELETE", path: `/Users/${id}`, version: "7" },
      { ...newUser("x"), bulkId: undefined },
      newUser("good"),
    ]);
    expect(statuses(results)).toEqual(["409", "400", "400", "404", "400", "404", "412", "400", "400", "201"]);
    expect(results.map(({ response }) => response?.["scimType"])).toEqual([
      "uniqueness",
      "invalidSyntax",
      "mutability",
      undefined,
      "invalidValue",
      undefined,
      undefined,
      "invalidValue",
      "invalidValue",
      undefined,
    ]);
    for (const { status, response, location, method } of results.slice(0, -1)) {
      expect(response).toMatchObject({ schemas: [ERROR], status, detail: expect.stringMatching(/\S/) });
      if (method === "POST") expect(location).toBeUndefined();
    }
    expect(results[2]?.location).toMatch(`/Users/${id}`);
    expect((await scim.get("/Users")).body.totalResults).toBe(2);
    expect((await scim.get(`/Users/${id}`)).body.meta.version).toBe('W/"1"');
  });

  it("takes a version as If-Match", async () => {
    const { id, meta } = (await scim.post("/Users", newUser("ann").data)).body;
    const patch = { method: "PATCH", path: `/Users/${id}`, data: patchOp({ op: "add", path: "title", value: "x" }) };
    const results = await bulk(scim, [
      { ...patch, version: meta.version },
      { ...patch, version: meta.version },
      { method: "DELETE", path: `/Users/${id}`, version: 'W/"2"' },
    ]);
    expect(statuses(results)).toEqual(["200", "412", "204"]);
  });

  it("stops after as many errors as it is told, with what it has done", async () => {
    const bad = { method: "DELETE", path: "/Users/none" };
    const operations = [newUser("a"), bad, newUser("b"), bad, newUser("c"), newUser("d")];
    expect(statuses(await bulk(scim, operations, { failOnErrors: 1 }))).toEqual(["201", "404"]);
    expect(statuses(await bulk(scim, operations, { failOnErrors: 2 }))).toEqual(["409", "404"]);
    expect(statuses(await bulk(scim, operations, { failOnErrors: 3 }))).toEqual(["409", "404", "201", "404"]);
    expect(statuses(await bulk(scim, operations, { failOnErrors: 9 }))).toEqual([
      "409",
      "404",
      "409",
      "404",
      "201",
      "201",
    ]);
    // Together, too, POSTs do no more than one after the other.
    const taken = [newUser("a"), newUser("b"), newUser("e"), newUser("c"), newUser("f")];
    expect(statuses(await bulk(scim, taken, { failOnErrors: 2 }))).toEqual(["409", "409"]);
    expect((await scim.get("/Users")).body.totalResults).toBe(4);
  });

  it("refuses more than 1,000 operations and more than 4 MiB whole", async () => {
    const none = { method: "DELETE", path: "/Users/none" };
    const many = await scim.post("/Bulk", bulkRequest(Array(1_001).fill(none)));
    expect([many.status, many.body.detail]).toEqual([413, expect.stringContaining("1000")]);
    expect(await bulk(scim, Array(1_000).fill(none))).toHaveLength(1_000);
    const large = await scim.post("/Bulk", bulkRequest([newUser("a", { title: "x".repeat(4 * 1_024 * 1_024) })]));
    expect([large.status, large.body.detail]).toEqual([413, expect.stringContaining("Bulk 4 MiB")]);
    expect((await scim.get("/Users")).body.totalResults).toBe(0);
  });

  it("holds each operation to the limits that its request would have", async () => {
    const photos = Array.from({ length: 20 }, (_, at) => ({ value: `data:${at}${"x".repeat(60_000)}` }));
    const numbered = (count: number, value: unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, value]));
    const fields = numbered(11, numbered(1_000, 1));
    const custom = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";
    const results = await bulk(scim, [
      newUser("large", { photos }),
      newUser("wide", { [custom]: fields }),
      {
        method: "PATCH",
        path: "/Users/bulkId:ok",
        data: patchOp(...Array(1_001).fill({ op: "add", path: "title", value: "x" })),
      },
      newUser("ok"),
    ]);
    expect(statuses(results)).toEqual(["413", "400", "413", "201"]);
  });
});

describe("Bulk under the profile minimal", () => {
  it("writes users and has no groups", async () => {
    const connection = { profile: ConnectionProfile.CONNECTION_PROFILE_MINIMAL };
    const request = UpdateConnectionRequest.fromPartial({ connection, updateMask: ["profile"] });
    await account.rpc.connections.updateConnection(request, account.owner);
    await vi.waitFor(async () => expect((await scim.get("/Groups")).status).toBe(404), {
      timeout: 5_000,
      interval: 200,
    });
    const results = await bulk(scim, [
      newUser("ann"),
      newGroup("g", "bulkId:ann"),
      { method: "DELETE", path: "/Groups/1" },
    ]);
    expect(statuses(results)).toEqual(["201", "404", "404"]);
  });
});
