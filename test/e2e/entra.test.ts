import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { converse } from "./conversation.ts";
import {
  groupAsEntraSends,
  managerForms,
  managerProvisionedLater,
  managerSetAndCleared,
  membership,
} from "./entra-references.ts";
import {
  addedElements,
  annaAsEntraSends,
  changesByPath,
  changesInOneValue,
  creation,
  lifeOfAnna,
  nullUpdates,
} from "./entra-users.ts";
import { ENTERPRISE, USER } from "./scim-messages.ts";
import { startTestStack, type TestStack } from "./stack.ts";

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  return () => stack.stop();
});

describe("Entra", () => {
  it("tests the connection with names that nobody has", async () => {
    const { scim } = await stack.newAccount();
    const paths = [
      `/Users?filter=userName+eq+%22${randomUUID()}%22`,
      `/Users?filter=externalId+eq+%22${randomUUID()}%22`,
      `/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22${randomUUID()}%22`,
      `/Groups?excludedAttributes=members&filter=displayName+eq+%22${randomUUID()}%22`,
      `/Groups?excludedAttributes=members&filter=externalId+eq+%22${randomUUID()}%22`,
    ];
    for (const path of paths) {
      const { status, body } = await scim.get(path);
      expect({ path, status, total: body.totalResults }).toEqual({ path, status: 200, total: 0 });
    }
  });

  it("creates a user in its dialect and finds it by each matching attribute", async () => {
    await converse(await stack.newAccount(), creation);
  });

  it("changes attributes one operation each", async () => {
    await converse(await stack.newAccount(), changesByPath);
  });

  it("changes attributes in one value with dotted and URN keys", async () => {
    await converse(await stack.newAccount(), changesInOneValue);
  });

  it("adds an element through a filtered path, and only once", async () => {
    await converse(await stack.newAccount(), addedElements);
  });

  it.for(managerForms)("sets and clears a manager sent as $name", async ({ path, value, cleared }) => {
    await converse(await stack.newAccount(), managerSetAndCleared(path, value, cleared));
  });

  it("provisions a manager after the report, which resolves by itself", async () => {
    await converse(await stack.newAccount(), managerProvisionedLater);
  });

  it("nulls every optional attribute, twice", async () => {
    await converse(await stack.newAccount(), nullUpdates);
  });

  it("disables softly, restores, deletes hard, and the same person comes back", async () => {
    const account = await stack.newAccount();
    await converse(account, lifeOfAnna);
    const [person] = await account.people();
    await converse(account, [
      {
        when: "Entra creates Anna anew after the hard delete",
        send: ["POST", "/Users", { ...annaAsEntraSends, userName: "ANNA@example.com" }],
        status: 201,
        keep: "anna",
        people: { anna: { id: person?.id ?? "", disabled: false, name: "Anna Ōkami" } },
        peopleCount: 1,
      },
    ]);
  });

  it("adds and removes members in its four ways", async () => {
    await converse(await stack.newAccount(), membership);
  });

  it("never sees members that it asked to leave out", async () => {
    const { scim } = await stack.newAccount();
    const { body: user } = await scim.post("/Users", { schemas: [USER], userName: "anna@example.com" });
    const { body: group } = await scim.post("/Groups", groupAsEntraSends("Sales", user.id));
    expect(group["members"]).toMatchObject([{ value: user.id }]);
    const one = await scim.get(`/Groups/${group.id}?excludedAttributes=members`);
    const list = await scim.get(`/Groups?excludedAttributes=members&filter=displayName eq "sales"`);
    expect(one.body).toMatchObject({ id: group.id, displayName: "Sales", externalId: "8aa1a0c0" });
    expect(one.body).not.toHaveProperty("members");
    expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id: group.id, displayName: "Sales" }] });
    expect(list.body.Resources[0]).not.toHaveProperty("members");
  });

  it("walks eleven users by fives and reads what changed since a time", async () => {
    const { scim } = await stack.newAccount();
    const names = Array.from({ length: 11 }, (_, index) => `user${index}@example.com`);
    for (const userName of names) await scim.post("/Users", { schemas: [USER], userName, active: true });
    const found: unknown[] = [];
    for (const [startIndex, itemsPerPage] of [
      [1, 5],
      [6, 5],
      [11, 1],
    ]) {
      const { body } = await scim.get(`/Users?startIndex=${startIndex}&count=5`);
      expect(body).toMatchObject({ totalResults: 11, startIndex, itemsPerPage });
      found.push(...body.Resources.map((user) => user["userName"]));
    }
    expect(found).toEqual(names);

    const { body: last } = await scim.get(`/Users?filter=userName eq "user10@example.com"`);
    const since = last.Resources[0]?.meta.lastModified;
    const delta = `active eq true and (meta.lastModified ge "${since}" and meta.lastModified le "9999-12-31T00:00:00Z")`;
    const { body } = await scim.get(`/Users?filter=${encodeURIComponent(delta)}&count=5&startIndex=1`);
    expect(body.Resources.map((user) => user["userName"])).toContain("user10@example.com");
    expect(body.totalResults).toBeLessThan(11);
  });

  it("checks references by filter", async () => {
    const { scim } = await stack.newAccount();
    const { body: boss } = await scim.post("/Users", { schemas: [USER], userName: "boss@example.com" });
    const inOtherCase = { Manager: { Value: boss.id } };
    const report = { schemas: [USER, ENTERPRISE], userName: "a@example.com", [ENTERPRISE]: inOtherCase };
    const { body: user } = await scim.post("/Users", report);
    const { body: group } = await scim.post("/Groups", groupAsEntraSends("Sales", user.id));
    const answers = {
      [`/Users?filter=id eq "${user.id}" and manager eq "${boss.id}"&attributes=id`]: [user.id],
      [`/Users?filter=id eq "${boss.id}" and manager eq "${user.id}"&attributes=id`]: [],
      [`/Groups?filter=id eq "${group.id}" and members eq "${user.id}"&attributes=id`]: [group.id],
      [`/Groups?filter=id eq "${group.id}" and members eq "${boss.id}"&attributes=id`]: [],
    };
    for (const [path, ids] of Object.entries(answers)) {
      const { status, body } = await scim.get(path);
      expect({ path, status, ids: (body.Resources ?? []).map(({ id }) => id) }).toEqual({ path, status: 200, ids });
      expect(body.Resources?.[0] ?? {}).not.toHaveProperty("userName");
    }
  });
});
