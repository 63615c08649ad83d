import {
  SchemaAttributeMutability,
  SchemaAttributeReturned,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { expect } from "vitest";
import { GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";
import { CUSTOM, defineExtension } from "../settings.ts";

const type = SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_STRING;

clause(
  "7643-2.2-a",
  "a required attribute has a value, of the core and of an extension in use",
  async ({ account, scim, user }) => {
    for (const userName of [undefined, null, "", " "])
      expect((await scim.post("/Users", { schemas: [USER], userName })).status).toBe(400);
    for (const displayName of [undefined, null, ""])
      expect((await scim.post("/Groups", { schemas: [GROUP], displayName })).status).toBe(400);
    await defineExtension(account, {
      attributes: [
        { name: "badge", type, required: true },
        { name: "color", type },
      ],
    });
    const missing = await scim.post("/Users", { schemas: [USER, CUSTOM], userName: "a", [CUSTOM]: { color: "red" } });
    expect(missing).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
    expect(missing.body.detail).toContain("badge");
    await user({ [CUSTOM]: { badge: "1" } });
  },
);

clause("7643-2.2-b", "what the server alone writes stays its own", async ({ scim, user }) => {
  const anna = await user({ id: "x", meta: { version: "x" }, groups: [{ value: "x" }] });
  expect(anna.id).not.toBe("x");
  const { body } = await scim.put(`/Users/${anna.id}`, { ...anna, id: "x", meta: {}, groups: [{ value: "x" }] });
  expect(body).toEqual(anna);
});

clause(["7643-2.2-c", "7643-2.2-e"], "password is in no answer, even where it is asked for", async ({ scim }) => {
  const { body, text } = await scim.post("/Users?attributes=password,userName", {
    schemas: [USER],
    userName: "a",
    password: "secret",
  });
  expect(text).not.toContain("secret");
  const path = `/Users/${body.id}`;
  for (const answer of [
    await scim.get(`${path}?attributes=password`),
    await scim.get("/Users?attributes=password,userName"),
    await scim.patch(`${path}?attributes=password`, { op: "replace", path: "password", value: "secret" }),
    await scim.put(path, { schemas: [USER], userName: "a", password: "secret" }),
  ])
    expect(answer.text).not.toContain("secret");
});

clause("7643-2.2-d", "id and schemas are in every answer", async ({ scim, user }) => {
  const { id } = await user();
  for (const query of ["attributes=title", "excludedAttributes=id,schemas", "attributes=password"])
    expect((await scim.get(`/Users/${id}?${query}`)).body).toMatchObject({ id, schemas: [USER] });
});

clause(
  "7643-2.2-f",
  "an attribute returned on request is left out until it is asked for",
  async ({ account, scim, user }) => {
    const returned = SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_REQUEST;
    await defineExtension(account, {
      attributes: [
        { name: "badge", type, returned },
        { name: "color", type },
      ],
    });
    const anna = await user({ [CUSTOM]: { badge: "1", color: "red" } });
    expect(anna[CUSTOM]).toEqual({ color: "red" });
    const { body } = await scim.get(`/Users/${anna.id}?attributes=${CUSTOM}:badge`);
    expect(body[CUSTOM]).toEqual({ badge: "1" });
  },
);

clause("7643-2.2-g", "a name occurs once", async ({ scim, user, group }) => {
  await user({ userName: "anna" });
  await group("Sales");
  expect((await scim.post("/Users", { schemas: [USER], userName: "Anna" })).status).toBe(409);
  expect((await scim.post("/Groups", { schemas: [GROUP], displayName: "SALES" })).status).toBe(409);
});

clause("7643-2.2-h", "an immutable attribute is set at creation or later, once", async ({ account, scim, user }) => {
  const mutability = SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE;
  await defineExtension(account, { attributes: [{ name: "badge", type, mutability }] });
  const [anna, ben] = [await user({ [CUSTOM]: { badge: "1" } }), await user()];
  const set = (id: string, value: string) => scim.patch(`/Users/${id}`, { op: "add", path: `${CUSTOM}:badge`, value });
  expect((await set(ben.id, "2")).status).toBe(200);
  for (const id of [anna.id, ben.id])
    expect(await set(id, "3")).toMatchObject({ status: 400, body: { scimType: "mutability" } });
  expect((await set(anna.id, "1")).status).toBe(200);
});
