import {
  type Connection,
  ConnectionProfile,
  UpdateConnectionRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  CreateExtensionSchemaRequest,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { beforeAll, describe, expect, it } from "vitest";
import { ENTERPRISE, GROUP, patchOp, SEARCH_REQUEST, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

/** Changes the settings of an account. An account that has sent nothing yet is known with them from its first request on. */
async function set({ rpc, owner }: Account, connection: Partial<Connection>, ...updateMask: string[]): Promise<void> {
  await rpc.connections.updateConnection(UpdateConnectionRequest.fromPartial({ connection, updateMask }), owner);
}

async function minimalAccount(): Promise<Account> {
  const account = await stack.newAccount();
  await set(account, { profile: ConnectionProfile.CONNECTION_PROFILE_MINIMAL }, "profile");
  return account;
}

const anna = {
  schemas: [USER, ENTERPRISE],
  externalId: "00u1",
  userName: "anna@example.com",
  name: { givenName: "Anna", familyName: "Jansen" },
  emails: [{ value: "anna@example.com", type: "work", primary: true }],
  active: true,
  [ENTERPRISE]: { department: "Legal" },
};

describe("the profile minimal", () => {
  it("answers with schemas, id, externalId, active and meta alone, whatever the operation", async () => {
    const { scim } = await minimalAccount();
    const { status, body: created } = await scim.post("/Users", anna);
    expect({ status, keys: Object.keys(created) }).toEqual({
      status: 201,
      keys: ["schemas", "id", "externalId", "active", "meta"],
    });
    expect(created).toMatchObject({ schemas: [USER, ENTERPRISE], externalId: "00u1", active: true });
    const one = `/Users/${created.id}`;
    const answers = [
      await scim.get(one),
      await scim.put(one, anna),
      await scim.patch(one, { op: "replace", path: "title", value: "Counsel" }),
      await scim.get(`${one}?attributes=userName,emails,active,externalId,meta`),
      await scim.get(`${one}?excludedAttributes=emails`),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect({ ...body, meta: {} }).toEqual({ ...created, meta: {} });
    }
    expect(Object.keys((await scim.get(`${one}?attributes=userName`)).body)).toEqual(["schemas", "id"]);
    expect(Object.keys((await scim.get(`${one}?excludedAttributes=active,meta`)).body)).toEqual([
      "schemas",
      "id",
      "externalId",
    ]);
  });

  it("keeps all that is written, and finds a user by any of it", async () => {
    const { scim, settle, people } = await minimalAccount();
    const { body: created } = await scim.post("/Users", anna);
    for (const filter of [
      'userName eq "ANNA@example.com"',
      'name.familyName eq "jansen"',
      'emails[type eq "work" and value co "anna"]',
      `${ENTERPRISE}:department eq "legal"`,
    ]) {
      const { body } = await scim.get(`/Users?filter=${filter}`);
      expect(body.Resources, filter).toEqual([created]);
      const search = { schemas: [SEARCH_REQUEST], filter };
      expect((await scim.send("POST", "/Users/.search", search)).body.Resources, filter).toEqual([created]);
      expect((await scim.send("POST", "/.search", search)).body.Resources, filter).toEqual([created]);
    }
    await settle();
    expect(await people()).toContainEqual(expect.objectContaining({ name: "Anna Jansen" }));
  });

  it("has no groups, and says why", async () => {
    const { scim } = await minimalAccount();
    const group = { schemas: [GROUP], displayName: "Legal" };
    const answers = [
      await scim.get("/Groups"),
      await scim.post("/Groups", group),
      await scim.get("/Groups/x"),
      await scim.put("/Groups/x", group),
      await scim.send("PATCH", "/Groups/x", patchOp({ op: "add", path: "members", value: [] })),
      await scim.delete("/Groups/x"),
      await scim.post("/Groups/.search", { schemas: [SEARCH_REQUEST] }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body.detail).toMatch(/profile is minimal/);
    }
  });

  it("has no groups in discovery, at the root and in Bulk", async () => {
    const { scim } = await minimalAccount();
    await scim.post("/Users", anna);
    expect((await scim.get("/ResourceTypes")).body.Resources.map(({ id }) => id)).toEqual(["User"]);
    expect((await scim.get("/ResourceTypes/Group")).status).toBe(404);
    expect((await scim.get(`/Schemas/${GROUP}`)).status).toBe(404);
    expect((await scim.get("/")).body.totalResults).toBe(1);
    const { body } = await scim.post("/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [{ method: "POST", path: "/Groups", bulkId: "g", data: { schemas: [GROUP], displayName: "Legal" } }],
    });
    expect(body["Operations"]).toMatchObject([{ status: "404" }]);
  });

  it("gives the groups back with the profile full", async () => {
    const account = await stack.newAccount();
    const { scim } = account;
    const { body } = await scim.post("/Groups", { schemas: [GROUP], displayName: "Legal" });
    const found = () => scim.get(`/Groups/${body.id}`).then(({ status }) => status);
    await set(account, { profile: ConnectionProfile.CONNECTION_PROFILE_MINIMAL }, "profile");
    await expect.poll(found, { timeout: 10_000, interval: 200 }).toBe(404);
    await set(account, { profile: ConnectionProfile.CONNECTION_PROFILE_FULL }, "profile");
    await expect.poll(found, { timeout: 10_000, interval: 200 }).toBe(200);
  });
});

describe("the limits of a connection", () => {
  const limits = { requestsPerSecond: 0, requestBurst: 0, maxPageSize: 2, maxBulkOperations: 1 };

  it("are published and hold, for this account alone", async () => {
    const [small, other] = [await stack.newAccount(), await stack.newAccount()];
    await set(small, { limits }, "limits");
    for (const { scim } of [small, other])
      for (const name of ["a", "b", "c"])
        await scim.post("/Users", { schemas: [USER], userName: `${name}@example.com` });

    expect((await small.scim.get("/ServiceProviderConfig")).body).toMatchObject({
      filter: { maxResults: 2 },
      bulk: { maxOperations: 1 },
      pagination: { defaultPageSize: 2, maxPageSize: 2 },
    });
    const page = await small.scim.get("/Users?count=500");
    expect([page.body["itemsPerPage"], page.body.totalResults]).toEqual([2, 3]);
    expect((await other.scim.get("/Users?count=500")).body["itemsPerPage"]).toBe(3);
    const operation = { method: "DELETE", path: "/Users/x" };
    const bulk = {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [operation, operation],
    };
    expect((await small.scim.post("/Bulk", bulk)).status).toBe(413);
    expect((await other.scim.post("/Bulk", bulk)).status).toBe(200);
  });

  it("hold the rate of a token", async () => {
    const account = await stack.newAccount();
    await set(account, { limits: { ...limits, requestsPerSecond: 1, requestBurst: 3 } }, "limits");
    const statuses = [];
    for (let request = 0; request < 6; request++) statuses.push((await account.scim.get("/Users?count=0")).status);
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    expect(statuses).toContain(429);
  });
});

describe("a schema that was defined a moment ago", () => {
  it("holds for the very next request, though the gateway remembers what held before", async () => {
    const account = await stack.newAccount();
    expect((await account.scim.get("/Users")).status).toBe(200);
    const extensionSchema = {
      urn: "urn:acme:scim:2.0:Locker",
      name: "Locker",
      recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
      attributes: [{ name: "number", type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_INTEGER }],
    };
    const request = CreateExtensionSchemaRequest.fromPartial({ extensionSchema });
    await account.rpc.extensionSchemas.createExtensionSchema(request, account.owner);
    const locker = { [extensionSchema.urn]: { number: 7 } };
    const { status, body } = await account.scim.post("/Users", { ...anna, ...locker });
    expect([status, body[extensionSchema.urn]]).toEqual([201, { number: 7 }]);
  });
});
