import { status } from "@grpc/grpc-js";
import {
  Connection,
  type ConnectionLimits,
  ConnectionProfile,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  ExtensionSchema,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { StatusError } from "@rollcall/runtime/status";
import { generateToken } from "@rollcall/runtime/token";
import { describe, expect, it } from "vitest";
import { newUser, untilReady, useTestGateway } from "../../test/test-gateway.ts";

const gateway = useTestGateway();
const BADGE = "urn:acme:2.0:Badge";

let revision = 1;

/** Changes the account's settings and waits until the gateway has noticed. */
async function change(
  connection: { profile?: ConnectionProfile; limits?: Partial<ConnectionLimits> },
  extensionSchemas: ExtensionSchema[] = [],
) {
  revision += 1;
  Object.assign(gateway.services.settings, {
    connection: Connection.fromPartial({ ...connection, version: revision }),
    extensionSchemas,
  });
  const maxPageSize = connection.limits?.maxPageSize ?? 500;
  const asked = gateway.services.settings.asked;
  await expect.poll(() => pageSize(), { timeout: 5_000 }).toBe(maxPageSize);
  await expect
    .poll(() => pageSize().then(() => gateway.services.settings.asked), { timeout: 5_000 })
    .toBeGreaterThan(asked + 1);
}

async function pageSize(): Promise<number> {
  return (await gateway.ask("/ServiceProviderConfig")).json.pagination.maxPageSize;
}

describe("an account's settings", () => {
  it("show in discovery with its token, and in no one else's", async () => {
    await change({ limits: { maxPageSize: 50, maxBulkOperations: 10 } }, [
      ExtensionSchema.fromPartial({
        urn: BADGE,
        version: 1,
        name: "Badge",
        recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
        attributes: [{ name: "number", type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_INTEGER }],
      }),
    ]);
    const own = (await gateway.ask("/ServiceProviderConfig")).json;
    expect(own).toMatchObject({
      filter: { maxResults: 50 },
      bulk: { maxOperations: 10 },
      pagination: { defaultPageSize: 50, maxPageSize: 50 },
    });
    expect((await gateway.ask(`/Schemas/${BADGE}`)).json).toMatchObject({
      id: BADGE,
      attributes: [{ type: "integer" }],
    });
    expect((await gateway.ask("/ResourceTypes/User")).json.schemaExtensions).toContainEqual({
      schema: BADGE,
      required: false,
    });
    const nobody = await fetch(`${gateway.origin}/ServiceProviderConfig`);
    expect(await nobody.json()).toMatchObject({ filter: { maxResults: 500 } });
    expect((await fetch(`${gateway.origin}/Schemas/${BADGE}`)).status).toBe(404);
  });

  it("are not told for a token that is not valid", async () => {
    for (const path of ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes/User"]) {
      const bad = { authorization: `Bearer ${generateToken()}` };
      expect((await gateway.ask(path, { headers: bad })).status, path).toBe(401);
      expect((await gateway.ask(path, { headers: { authorization: "Basic YTpi" } })).status, path).toBe(401);
    }
  });

  it("type what is written and filtered", async () => {
    await change({}, [
      ExtensionSchema.fromPartial({
        urn: BADGE,
        version: 2,
        name: "Badge",
        recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
        attributes: [
          { name: "number", type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_INTEGER },
          { name: "since", type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_DATE_TIME },
        ],
      }),
    ]);
    const created = await gateway.ask("/Users", {
      method: "POST",
      body: newUser("anna@example.com", { [BADGE]: { NUMBER: 7, since: "2026-01-31T10:00:00+02:00" } }),
    });
    expect(created.json[BADGE]).toEqual({ number: 7, since: "2026-01-31T08:00:00.000Z" });
    expect(created.json.schemas).toContain(BADGE);
    const refused = await gateway.ask("/Users", {
      method: "POST",
      body: newUser("ben@example.com", { [BADGE]: { number: "7" } }),
    });
    expect([refused.status, refused.json.scimType, refused.json.detail]).toEqual([
      400,
      "invalidValue",
      `${BADGE}:number must be an integer.`,
    ]);
    gateway.services.calls.length = 0;
    await gateway.ask(`/Users?filter=${BADGE}:since gt "2026-01-31"`);
    expect(gateway.services.calls[0]?.request).toMatchObject({
      filter: {
        expression: {
          value: { attribute: `${BADGE}:since`, value: { $case: "instant", value: new Date("2026-01-31T00:00:00Z") } },
        },
      },
    });
  });

  it("reduce a user and leave no groups in the profile minimal", async () => {
    const full = await gateway.ask("/Users", {
      method: "POST",
      body: newUser("anna@example.com", { active: true, title: "x" }),
    });
    await change({ profile: ConnectionProfile.CONNECTION_PROFILE_MINIMAL });
    const reduced = { schemas: full.json.schemas, id: full.json.id, active: true, meta: full.json.meta };
    expect((await gateway.ask(`/Users/${full.json.id}`)).json).toEqual(reduced);
    expect((await gateway.ask('/Users?filter=userName eq "anna@example.com"')).json.Resources).toEqual([reduced]);
    for (const path of ["/Groups", "/Groups/x", "/ResourceTypes/Group"]) {
      const { status, json } = await gateway.ask(path);
      expect({ path, status }).toEqual({ path, status: 404 });
      expect(json.schemas).toEqual(["urn:ietf:params:scim:api:messages:2.0:Error"]);
    }
    expect((await gateway.ask("/Groups")).json.detail).toMatch(/profile is minimal/);
  });

  it("hold the rate, and another one as soon as it is set", async () => {
    const { url } = await gateway.start({ rateLimit: true });
    await untilReady(url);
    const headers = { authorization: `Bearer ${gateway.services.tokens.scim}` };
    const ask = async () => (await fetch(`${url}/ServiceProviderConfig`, { headers })).status;
    Object.assign(gateway.services.settings, {
      connection: Connection.fromPartial({ version: 900, limits: { requestsPerSecond: 1, requestBurst: 2 } }),
    });
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    gateway.services.settings.connection = Connection.fromPartial({ version: 901, limits: { requestBurst: 9_000 } });
    const twenty = () => Promise.all(Array.from({ length: 20 }, ask));
    await expect.poll(twenty, { timeout: 10_000, interval: 300 }).toEqual(Array(20).fill(200));
  });

  it("are 503 where they were never seen and cannot be asked for", async () => {
    gateway.services.settings.fault = new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "10.0.0.1 is away.");
    const { url } = await gateway.start();
    await untilReady(url);
    const headers = { authorization: `Bearer ${gateway.services.tokens.scim}` };
    const response = await fetch(`${url}/Users/u1`, { headers });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.text()).not.toContain("10.0.0.1");
  });
});
