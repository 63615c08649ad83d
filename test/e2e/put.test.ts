import {
  ConnectionServiceService,
  PutPolicy,
  UpdateConnectionRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  CreateExtensionSchemaRequest,
  ExtensionSchemaServiceService,
  SchemaAttributeMutability,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { createClient } from "@rollcall/runtime/client";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ENTERPRISE, GROUP, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

const BADGE = "urn:example:schemas:2.0:Badge";

let stack: SharedTestStack;
/** The accounts by their PUT policies. */
let accounts: Record<"merge" | "replace", Account>;

beforeAll(async () => {
  stack = await sharedTestStack();
  const [merge, replace] = await Promise.all([stack.newAccount(), stack.newAccount()]);
  accounts = { merge, replace };
  const { directory } = stack.processes.grpc;
  const connections = createClient(ConnectionServiceService, directory);
  const schemas = createClient(ExtensionSchemaServiceService, directory);
  const connection = { putPolicy: PutPolicy.PUT_POLICY_REPLACE };
  await connections.updateConnection(
    UpdateConnectionRequest.fromPartial({ connection, updateMask: ["put_policy"] }),
    replace.owner,
  );
  for (const { owner } of [merge, replace]) await schemas.createExtensionSchema(badge, owner);
  // Until the gateway has the accounts' schemas.
  for (const { scim } of [merge, replace]) {
    await vi.waitFor(async () => expect((await scim.get(`/Schemas/${BADGE}`)).status).toBe(200), { timeout: 5_000 });
  }
  return async () => {
    for (const client of [connections, schemas]) client.close();
    await stack.stop();
  };
});

const badge = CreateExtensionSchemaRequest.fromPartial({
  extensionSchema: {
    urn: BADGE,
    name: "Badge",
    recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
    attributes: [
      { name: "number", type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_STRING },
      {
        name: "issued",
        type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_STRING,
        mutability: SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE,
      },
    ],
  },
});

const whole = {
  schemas: [USER, ENTERPRISE, BADGE],
  title: "Boss",
  name: { givenName: "G", familyName: "F" },
  emails: [{ value: "a@x", primary: true }],
  [ENTERPRISE]: { department: "d", costCenter: "c" },
  [BADGE]: { number: "1", issued: "2026" },
};

async function create({ scim }: Account, userName: string) {
  return (await scim.post("/Users", { userName, ...whole })).body;
}

describe.each(["merge", "replace"] as const)("PUT under the policy %s", (policy) => {
  it("sets what it is given, ignores what is read-only, and clears what is empty", async () => {
    const { scim } = accounts[policy];
    const { id, meta } = await create(accounts[policy], "given@example.com");
    const { status, body } = await scim.put(`/Users/${id}`, {
      id: "other",
      meta: { ...meta, created: "2001-01-01T00:00:00Z" },
      groups: [{ value: "g" }],
      userName: "Given@example.com",
      title: null,
      emails: [],
      name: { givenName: "H" },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, userName: "Given@example.com", name: { givenName: "H" } });
    expect(body.meta).toMatchObject({ created: meta.created, location: meta.location, version: 'W/"2"' });
    for (const name of ["title", "emails", "groups"]) expect(body).not.toHaveProperty(name);
  });

  it(`${policy === "merge" ? "keeps" : "removes"} what it is not given, but for what takes a value once`, async () => {
    const { scim } = accounts[policy];
    const { id } = await create(accounts[policy], "rest@example.com");
    const { body } = await scim.put(`/Users/${id}`, {
      userName: "rest@example.com",
      [ENTERPRISE]: { department: "e" },
    });
    expect(body[BADGE]).toEqual(policy === "merge" ? whole[BADGE] : { issued: "2026" });
    expect(body[ENTERPRISE]).toEqual(policy === "merge" ? { department: "e", costCenter: "c" } : { department: "e" });
    expect([body["title"], body["emails"]]).toEqual(
      policy === "merge" ? ["Boss", whole.emails] : [undefined, undefined],
    );
  });

  it("refuses another value, or none, for what takes a value once", async () => {
    const { scim } = accounts[policy];
    const user = await create(accounts[policy], "once@example.com");
    for (const issued of ["2027", null]) {
      const { status, body } = await scim.put(`/Users/${user.id}`, {
        userName: "once@example.com",
        title: "Other",
        [BADGE]: { issued },
      });
      expect([status, body["scimType"], body.detail]).toEqual([400, "mutability", expect.stringContaining("issued")]);
    }
    for (const operation of [
      { op: "replace", path: `${BADGE}:issued`, value: "2027" },
      { op: "remove", path: `${BADGE}:issued` },
      { op: "remove", path: BADGE },
      { op: "replace", value: { [BADGE]: { issued: "2027" } } },
    ]) {
      const { status, body } = await scim.patch(`/Users/${user.id}`, operation);
      expect([status, body["scimType"]], JSON.stringify(operation)).toEqual([400, "mutability"]);
    }
    expect((await scim.get(`/Users/${user.id}`)).body).toEqual(user);
    const same = await scim.put(`/Users/${user.id}`, { userName: "once@example.com", ...whole });
    expect(same.body).toEqual(user);
  });

  it("refuses an empty userName, and a missing one only where that would remove it", async () => {
    const { scim } = accounts[policy];
    const user = await create(accounts[policy], "name@example.com");
    const empty = await scim.put(`/Users/${user.id}`, { ...whole, userName: "" });
    expect([empty.status, empty.body["scimType"], empty.body.detail]).toEqual([
      400,
      "invalidValue",
      expect.stringContaining("userName"),
    ]);
    const missing = await scim.put(`/Users/${user.id}`, whole);
    expect(missing.status).toBe(policy === "merge" ? 200 : 400);
    if (policy === "replace") expect(missing.body.detail).toContain("userName");
    expect((await scim.get(`/Users/${user.id}`)).body).toEqual(user);
  });

  it("of a group replaces the members that it names, and leaves them by policy where it names none", async () => {
    const { scim } = accounts[policy];
    const [ann, ben] = [
      await create(accounts[policy], `ann@${policy}.example.com`),
      await create(accounts[policy], `ben@${policy}.example.com`),
    ];
    const members = (...ids: string[]) => ids.map((value) => ({ value }));
    const { body: group } = await scim.post("/Groups", {
      schemas: [GROUP],
      displayName: "G",
      members: members(ann.id),
    });
    const put = async (more: object) =>
      (await scim.put(`/Groups/${group.id}`, { schemas: [GROUP], displayName: "G", ...more })).body["members"];
    expect(await put({ members: members(ben.id) })).toEqual([expect.objectContaining({ value: ben.id })]);
    expect(await put({})).toEqual(policy === "merge" ? [expect.objectContaining({ value: ben.id })] : undefined);
    expect(await put({ members: [] })).toBeUndefined();
  });
});
