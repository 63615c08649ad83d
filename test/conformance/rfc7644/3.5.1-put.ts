import { PutPolicy } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  SchemaAttributeMutability,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { expect } from "vitest";
import { ENTERPRISE, GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";
import { CUSTOM, defineExtension, setConnection } from "../settings.ts";

clause("7644-3.5.1-a", "what the body has takes the place of what was there", async ({ scim, user, read }) => {
  const anna = await user({
    title: "Engineer",
    name: { givenName: "Anna", familyName: "Ōkami" },
    emails: [{ value: "a@example.com", type: "work" }],
    phoneNumbers: [{ value: "1" }],
  });
  const body = {
    schemas: [USER, ENTERPRISE],
    userName: "berg@example.com",
    title: "Director",
    emails: [{ value: "b@example.com", type: "home" }],
    phoneNumbers: [],
    active: false,
    password: "new",
    [ENTERPRISE]: { department: "R&D" },
  };
  const { status, body: put } = await scim.put(`/Users/${anna.id}`, body);
  expect(status).toBe(200);
  const { password: _, phoneNumbers: __, ...shown } = body;
  expect(put).toMatchObject(shown);
  expect(put).not.toHaveProperty("phoneNumbers");
  expect(put["emails"]).toHaveLength(1);
  expect(await read(anna)).toEqual(put);
});

clause(
  "7644-3.5.1-b",
  "by put_policy REPLACE, what the body leaves out is cleared",
  async ({ account, scim, user, group, read }) => {
    await setConnection(account, { putPolicy: PutPolicy.PUT_POLICY_REPLACE });
    const anna = await user({
      externalId: "1",
      title: "Engineer",
      active: false,
      name: { givenName: "Anna", familyName: "Ōkami" },
      emails: [{ value: "a@example.com" }],
      [ENTERPRISE]: { department: "R&D", employeeNumber: "4711" },
    });
    const { status, body } = await scim.put(`/Users/${anna.id}`, {
      schemas: [USER],
      userName: "anna@example.com",
      name: { givenName: "Anna" },
    });
    expect(status).toBe(200);
    expect(body["name"]).toEqual({ givenName: "Anna" });
    for (const name of ["title", "externalId", "emails", ENTERPRISE]) expect(body).not.toHaveProperty([name]);
    expect(body["active"]).not.toBe(false);
    expect(await read(anna)).toEqual(body);

    const sales = await group("Sales", anna);
    const emptied = await scim.put(`/Groups/${sales.id}`, { schemas: [GROUP], displayName: "Sales" });
    expect(emptied.status).toBe(200);
    expect(emptied.body).not.toHaveProperty("members");
  },
);

const immutable = [
  {
    name: "badge",
    type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_STRING,
    mutability: SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE,
  },
];

clause(
  "7644-3.5.1-c",
  "another value of an immutable attribute is refused, the same one is not",
  async ({ account, scim, user, read }) => {
    await defineExtension(account, { attributes: immutable });
    const anna = await user({ [CUSTOM]: { badge: "1" } });
    const path = `/Users/${anna.id}`;
    const other = await scim.put(path, { ...anna, title: "Engineer", [CUSTOM]: { badge: "2" } });
    expect(other).toMatchObject({ status: 400, body: { scimType: "mutability" } });
    expect(other.body.detail).toContain("badge");
    expect(await read(anna)).toEqual(anna);
    const same = await scim.put(path, { ...anna, title: "Engineer", [CUSTOM]: { badge: "1" } });
    expect(same).toMatchObject({ status: 200, body: { title: "Engineer", [CUSTOM]: { badge: "1" } } });
  },
);

clause("7644-3.5.1-d", "an immutable attribute without a value gets one", async ({ account, scim, user }) => {
  await defineExtension(account, { attributes: immutable });
  const anna = await user();
  const { status, body } = await scim.put(`/Users/${anna.id}`, { ...anna, [CUSTOM]: { badge: "1" } });
  expect(status).toBe(200);
  expect(body[CUSTOM]).toEqual({ badge: "1" });
});

clause("7644-3.5.1-e", "id, meta and groups of the body are ignored", async ({ scim, user, group, read }) => {
  const anna = await user();
  const sales = await group("Sales", anna);
  const { status, body } = await scim.put(`/Users/${anna.id}`, {
    ...anna,
    id: sales.id,
    title: "Engineer",
    meta: { resourceType: "Group", created: "2001-01-01T00:00:00Z", version: 'W/"77"' },
    groups: [],
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: anna.id, title: "Engineer", groups: [{ value: sales.id }] });
  expect(body.meta).toMatchObject({ resourceType: "User", created: anna.meta.created });
  expect((await read(sales))["members"]).toMatchObject([{ value: anna.id }]);
});

clause("7644-3.5.1-f", "an id that does not exist is 404, and stays so", async ({ scim }) => {
  const path = "/Users/0191f0a5-0000-7000-8000-000000000000";
  expect((await scim.put(path, { schemas: [USER], userName: "anna" })).status).toBe(404);
  expect((await scim.get(path)).status).toBe(404);
  expect((await scim.get("/Users")).body.totalResults).toBe(0);
});

clause("7644-3.5.1-g", "200 with the whole resource", async ({ scim, user, group, read }) => {
  const anna = await user({ title: "Engineer" });
  const { status, body } = await scim.put(`/Users/${anna.id}`, { ...anna, nickName: "Änni" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ ...anna, nickName: "Änni", meta: { created: anna.meta.created } });
  const sales = await group("Sales", anna);
  const put = await scim.put(`/Groups/${sales.id}`, { ...sales, displayName: "Sales EMEA" });
  expect(put).toMatchObject({ status: 200, body: { displayName: "Sales EMEA", members: [{ value: anna.id }] } });
  expect(await read(sales)).toEqual(put.body);
});

clause("7644-3.5.1-h", "a name that another one has is 409", async ({ scim, user, group }) => {
  const [anna, ben] = [await user(), await user()];
  const [sales, other] = [await group("Sales"), await group("Other")];
  const refused = { status: 409, body: { scimType: "uniqueness" } };
  expect(await scim.put(`/Users/${ben.id}`, { ...ben, userName: anna["userName"] })).toMatchObject(refused);
  expect(await scim.put(`/Groups/${other.id}`, { ...other, displayName: sales["displayName"] })).toMatchObject(refused);
});

clause(
  "7644-3.5.1-i",
  "by put_policy REPLACE, a body without userName is refused; by either, an empty one",
  async ({ account, scim, user, read }) => {
    const anna = await user({ title: "Engineer" });
    const empty = await scim.put(`/Users/${anna.id}`, { schemas: [USER], userName: "" });
    expect(empty).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
    await setConnection(account, { putPolicy: PutPolicy.PUT_POLICY_REPLACE });
    const missing = await scim.put(`/Users/${anna.id}`, { schemas: [USER], title: "Director" });
    expect(missing).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
    expect(missing.body.detail).toContain("userName");
    expect(await read(anna)).toEqual(anna);
  },
);

clause("7644-3.5.1-j", "a refused PUT leaves everything as it was", async ({ scim, user, group, read }) => {
  const anna = await user({ title: "Engineer" });
  const sales = await group("Sales", anna);
  expect((await scim.put(`/Users/${anna.id}`, { ...anna, title: "Director", active: "perhaps" })).status).toBe(400);
  const unknown = { value: "0191f0a5-0000-7000-8000-000000000000" };
  expect((await scim.put(`/Groups/${sales.id}`, { ...sales, displayName: "X", members: [unknown] })).status).toBe(400);
  expect(await read(sales)).toEqual(sales);
  expect(await read(anna)).toMatchObject({ title: "Engineer", meta: { lastModified: anna.meta.lastModified } });
});
