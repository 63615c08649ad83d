import { beforeAll, describe, expect, it } from "vitest";
import { type ScimBody, type ScimClient, scimClient, sendHttp } from "./scim-client.ts";
import { ENTERPRISE, GROUP, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

const BASE_PATHS = ["/scim/v2", "/scim", ""];

let stack: SharedTestStack;
let account: Account;

beforeAll(async () => {
  stack = await sharedTestStack();
  account = await stack.newAccount();
  return () => stack.stop();
});

describe("discovery", () => {
  it("answers the same under the three base paths", async () => {
    const { body: user } = await account.scim.post("/Users", { schemas: [USER], userName: "anna@example.com" });
    const paths = [
      "/ServiceProviderConfig",
      "/ResourceTypes",
      "/ResourceTypes/User",
      "/ResourceTypes/Group",
      "/Schemas",
      `/Schemas/${USER}`,
      `/Users/${user.id}`,
      `/Users?filter=userName eq "anna@example.com"`,
      "/Groups",
      "/Users/unknown",
      "/Schemas/unknown",
    ];
    for (const path of paths) {
      const [first, ...others] = await Promise.all(clients().map((scim) => scim.get(path)));
      const expected = { status: path.endsWith("unknown") ? 404 : 200, body: first?.body };
      for (const { status, body } of [first, ...others].filter((answer) => answer !== undefined)) {
        expect({ path, status, body: withoutBase(body) }).toEqual({
          path,
          ...expected,
          body: withoutBase(first?.body),
        });
      }
    }
  });

  it("takes writes under each base path and locates them there", async () => {
    for (const [index, scim] of clients().entries()) {
      const base = `${stack.processes.http}${BASE_PATHS[index]}`;
      const { status, body } = await scim.post("/Users", { schemas: [USER], userName: `user${index}@example.com` });
      expect({ status, location: body.meta.location }).toEqual({ status: 201, location: `${base}/Users/${body.id}` });
      expect((await scim.delete(`/Users/${body.id}`)).status).toBe(204);
    }
  });

  it("says truthfully what it can do", async () => {
    const { body } = await account.scim.get("/ServiceProviderConfig");
    expect(body).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
      patch: { supported: true },
      filter: { supported: true, maxResults: 500 },
      bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 4_194_304 },
      sort: { supported: true },
      etag: { supported: true },
      changePassword: { supported: false },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: "index",
        defaultPageSize: 100,
        maxPageSize: 500,
        cursorTimeout: 86_400,
      },
      authenticationSchemes: [{ type: "oauthbearertoken", name: expect.any(String), description: expect.any(String) }],
      meta: { resourceType: "ServiceProviderConfig", location: expect.stringMatching(/\/ServiceProviderConfig$/) },
    });
  });

  it("lists resource types and serves each by its id", async () => {
    const { body } = await account.scim.get("/ResourceTypes");
    expect(body.Resources).toMatchObject([
      { id: "User", endpoint: "/Users", schema: USER },
      { id: "Group", endpoint: "/Groups", schema: GROUP },
    ]);
    await expectEachById("/ResourceTypes", body);
  });

  it("lists schemas and serves each by its URN, in any case", async () => {
    const { body } = await account.scim.get("/Schemas");
    expect(body.Resources.map(({ id }) => id)).toEqual(expect.arrayContaining([USER, GROUP, ENTERPRISE]));
    expect(body).toMatchObject({ totalResults: body.Resources.length, itemsPerPage: body.Resources.length });
    await expectEachById("/Schemas", body);
    expect((await account.scim.get(`/Schemas/${USER.toUpperCase()}`)).body.id).toBe(USER);
  });

  it("has no null in a schema and the canonical types that Entra looks for", async () => {
    const { text, body } = await account.scim.get("/Schemas");
    expect(text).not.toContain("null");
    const user = body.Resources.find(({ id }) => id === USER) as unknown as SchemaAttribute;
    const type = attributeOf(attributeOf(user, "emails"), "type");
    expect(type["canonicalValues"]).toContain("work");
    expect(attributeOf(user, "userName")).toMatchObject({ required: true, uniqueness: "server", caseExact: false });
    expect(attributeOf(user, "groups")).toMatchObject({ mutability: "readOnly", multiValued: true });
    expect(attributeOf(user, "password")).toMatchObject({ mutability: "writeOnly", returned: "never" });
  });

  it("refuses a filter on schemas, as RFC 7644 section 4 asks", async () => {
    for (const path of ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"])
      expect((await account.scim.get(`${path}?filter=id eq "User"`)).status).toBe(403);
  });

  it("needs no token, so that a client can learn how to get one", async () => {
    for (const path of ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"]) {
      const { status } = await sendHttp("GET", `${stack.processes.scim}${path}`);
      expect({ path, status }).toEqual({ path, status: 200 });
    }
  });

  it("answers 501 for what it does not offer", async () => {
    expect((await account.scim.post("/Me", {})).status).toBe(501);
  });

  it("answers health without a token", async () => {
    for (const path of ["/healthz", "/readyz"]) {
      const response = await fetch(`${stack.processes.http}${path}`);
      expect({ path, status: response.status }).toEqual({ path, status: 200 });
    }
  });
});

interface SchemaAttribute {
  [characteristic: string]: unknown;
  name: string;
  attributes?: SchemaAttribute[];
  subAttributes?: SchemaAttribute[];
}

function attributeOf({ attributes, subAttributes }: SchemaAttribute, name: string): SchemaAttribute {
  const found = (attributes ?? subAttributes ?? []).find((attribute) => attribute.name === name);
  if (!found) throw new Error(`There is no attribute ${name}.`);
  return found;
}

function clients(): ScimClient[] {
  return BASE_PATHS.map((path) => scimClient(`${stack.processes.http}${path}`, account.tokens.scim));
}

/** The body with addresses relative to the base URL. */
function withoutBase(body: ScimBody | undefined): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/http:\/\/127\.0\.0\.1:\d+(\/scim(\/v2)?)?/g, ""));
}

async function expectEachById(endpoint: string, list: ScimBody): Promise<void> {
  for (const resource of list.Resources) {
    const { status, body } = await account.scim.get(`${endpoint}/${resource.id}`);
    expect({ status, body }).toEqual({ status: 200, body: resource });
    expect(resource.meta.location).toBe(`${stack.processes.scim}${endpoint}/${resource.id}`);
  }
}
