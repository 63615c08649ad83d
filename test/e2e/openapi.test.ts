import {
  CreateExtensionSchemaRequest,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { beforeAll, describe, expect, it } from "vitest";
import { type Method, sendHttp } from "./scim-client.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

interface OpenApi {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, { security: object[] }>>;
  components: { schemas: Record<string, { properties: Record<string, { properties: object }> }> };
}

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

async function read(base: string, token?: string): Promise<OpenApi> {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  const { status, headers: received, body } = await sendHttp("GET", `${base}/openapi.json`, undefined, headers);
  expect([status, received["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
  return body as unknown as OpenApi;
}

describe("/openapi.json", () => {
  it("is served under every base path, without a token, and names that path", async () => {
    for (const path of ["", "/scim", "/scim/v2"]) {
      const base = `${stack.processes.http}${path}`;
      expect(await read(base)).toMatchObject({ openapi: "3.1.0", servers: [{ url: base }] });
    }
  });

  it("lists only what is there, and says what needs a token", async () => {
    const base = stack.processes.scim;
    for (const [path, operations] of Object.entries((await read(base)).paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        const url = `${base}${path.replace("{id}", "User")}`;
        const { status } = await sendHttp(method.toUpperCase() as Method, url);
        const isOpen = security.some((scheme) => Object.keys(scheme).length === 0);
        expect({ path, method, status }).toEqual({ path, method, status: isOpen ? expect.any(Number) : 401 });
        expect(status, `${method} ${path}`).not.toBe(405);
      }
    }
  });

  it("has an account's own extensions for its token alone", async () => {
    const [own, other] = [await stack.newAccount(), await stack.newAccount()];
    const urn = "urn:acme:scim:2.0:Badge";
    const extensionSchema = {
      urn,
      name: "Badge",
      recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
      attributes: [{ name: "number", type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_INTEGER }],
    };
    const request = CreateExtensionSchemaRequest.fromPartial({ extensionSchema });
    await own.rpc.extensionSchemas.createExtensionSchema(request, own.owner);
    const base = stack.processes.scim;
    const user = async (token?: string) => (await read(base, token)).components.schemas["User"]?.properties;
    expect((await user(own.tokens.scim))?.[urn]?.properties).toEqual({ number: { type: "integer" } });
    expect(await user(other.tokens.scim)).not.toHaveProperty(urn);
    expect(await user()).not.toHaveProperty(urn);
    const bad = await sendHttp("GET", `${base}/openapi.json`, undefined, { authorization: "Bearer x" });
    expect(bad.status).toBe(401);
  });
});
