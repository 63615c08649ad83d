import { CreateConflictPolicy } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { expect } from "vitest";
import { sendHttp } from "../../e2e/scim-client.ts";
import { GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";
import { setConnection } from "../settings.ts";

clause("7644-3.3-a", "id, meta and groups of the body are ignored", async ({ scim, group }) => {
  const sales = await group("Sales");
  const { status, body } = await scim.post("/Users", {
    schemas: [USER],
    userName: "anna",
    id: "my-own-id",
    meta: { resourceType: "Group", created: "2001-01-01T00:00:00Z", version: 'W/"99"', location: "http://example.com" },
    groups: [{ value: sales.id }],
  });
  expect(status).toBe(201);
  expect(body.id).not.toBe("my-own-id");
  expect(body.meta.created).not.toMatch(/^2001/);
  expect(body.meta.version).not.toBe('W/"99"');
  expect(body).not.toHaveProperty("groups");
  expect((await scim.get(`/Groups/${sales.id}`)).body).not.toHaveProperty("members");
});

clause("7644-3.3-b", "201 with Location and meta.location, which lead to the resource", async ({ scim, account }) => {
  for (const [endpoint, body] of [
    ["/Users", { schemas: [USER], userName: "anna" }],
    ["/Groups", { schemas: [GROUP], displayName: "Sales" }],
  ] as const) {
    const { status, headers, body: created } = await scim.post(endpoint, body);
    expect(status).toBe(201);
    expect(headers["location"]).toBe(created.meta.location);
    const found = await sendHttp("GET", created.meta.location, undefined, {
      authorization: `Bearer ${account.tokens.scim}`,
    });
    expect(found).toMatchObject({ status: 200, body: created });
  }
});

clause("7644-3.3-c", "the answer is what a GET then answers", async ({ scim, user, group, read }) => {
  const anna = await user({ displayName: "Anna", emails: [{ value: "anna@example.com", primary: true }] });
  expect(await read(anna)).toEqual(anna);
  const sales = await group("Sales", anna);
  expect(await read(sales)).toEqual(sales);
  expect(sales["members"]).toMatchObject([{ value: anna.id }]);
  expect((await scim.get(`/Users/${anna.id}`)).headers["etag"]).not.toBe("");
});

clause("7644-3.3-d", "a name that is taken is 409 uniqueness", async ({ scim, user, group }) => {
  await user({ userName: "anna@example.com" });
  await group("Sales");
  for (const [endpoint, body] of [
    ["/Users", { schemas: [USER], userName: "ANNA@example.com" }],
    ["/Groups", { schemas: [GROUP], displayName: "sales" }],
  ] as const)
    expect(await scim.post(endpoint, body)).toMatchObject({ status: 409, body: { scimType: "uniqueness" } });
});

clause(
  "7644-3.3-d",
  "by create_conflict_policy CONFLICT, the name of an inactive user is taken too",
  async ({ account, scim, user }) => {
    await setConnection(account, { createConflictPolicy: CreateConflictPolicy.CREATE_CONFLICT_POLICY_CONFLICT });
    const anna = await user({ userName: "anna", active: false });
    const again = { schemas: [USER], userName: "ANNA", active: true };
    expect(await scim.post("/Users", again)).toMatchObject({ status: 409, body: { scimType: "uniqueness" } });
    expect((await scim.get(`/Users/${anna.id}`)).body).toEqual(anna);
  },
);

clause("7644-3.3-e", "the endpoint says what meta.resourceType is", async ({ user, group }) => {
  expect((await user({ meta: { resourceType: "Group" } })).meta.resourceType).toBe("User");
  expect((await group("Sales")).meta.resourceType).toBe("Group");
});

clause(
  "7644-3.3-f",
  "a user without userName and a group without displayName are refused by name",
  async ({ scim }) => {
    const noName = await scim.post("/Users", { schemas: [USER], displayName: "Anna" });
    expect(noName).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
    expect(noName.body.detail).toContain("userName");
    const noTitle = await scim.post("/Groups", { schemas: [GROUP] });
    expect(noTitle).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
    expect(noTitle.body.detail).toContain("displayName");
  },
);

clause("7644-3.3-g", "a name is all that a user and a group need", async ({ user, group }) => {
  expect(Object.keys(await user())).toEqual(expect.arrayContaining(["schemas", "id", "userName", "meta"]));
  expect(Object.keys(await group("Sales"))).toEqual(expect.arrayContaining(["schemas", "id", "displayName", "meta"]));
});
