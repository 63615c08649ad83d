import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bulk, idOf, managedBy, managerOf, memberIds, newGroup, newUser, statuses } from "./bulk-messages.ts";
import type { ScimClient } from "./scim-client.ts";
import { patchOp, USER } from "./scim-messages.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
let scim: ScimClient;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

beforeEach(async () => {
  ({ scim } = await stack.newAccount());
});

describe("bulkId", () => {
  it("stands for the new resource in paths, members, managers, addresses and filters", async () => {
    const results = await bulk(scim, [
      newUser("boss"),
      newUser("ann", managedBy("bulkId:boss")),
      newUser("ben", managedBy({ value: "bulkId:boss" })),
      newUser("cem", managedBy([{ $ref: "/Users/bulkId:boss" }])),
      newGroup("team", "bulkId:ann", "bulkId:ben", "bulkId:cem"),
      newGroup("all", "bulkId:team", "bulkId:boss"),
      {
        method: "PATCH",
        path: "/Groups/bulkId:team",
        data: patchOp(
          { op: "remove", path: 'members[value eq "bulkId:cem"]' },
          { op: "add", path: "members", value: [{ value: "bulkId:boss" }] },
        ),
      },
      { method: "PUT", path: "/Users/bulkId:ann", data: { schemas: [USER], userName: "ann@example.com", title: "A" } },
      { method: "DELETE", path: "/Users/bulkId:cem" },
    ]);
    expect(statuses(results)).toEqual(["201", "201", "201", "201", "201", "201", "204", "200", "204"]);
    const [boss, ann, ben, cem, team, all] = results.map(idOf);
    for (const id of [ann, ben]) expect(managerOf((await scim.get(`/Users/${id}`)).body)).toBe(boss);
    expect((await scim.get(`/Users/${cem}`)).status).toBe(404);
    expect(memberIds((await scim.get(`/Groups/${team}`)).body)).toEqual([boss, ann, ben].sort());
    expect(memberIds((await scim.get(`/Groups/${all}`)).body)).toEqual([boss, team].sort());
    expect(idOf(results[6])).toBe(team);
  });

  it("may be referred to before its operation comes", async () => {
    const results = await bulk(scim, [
      {
        method: "PATCH",
        path: "/Groups/bulkId:all",
        data: patchOp({ op: "add", path: "members", value: "bulkId:ann" }),
      },
      newGroup("all", "bulkId:team"),
      newGroup("team", "bulkId:ben"),
      newUser("ann", managedBy("bulkId:ben")),
      newUser("ben"),
    ]);
    expect(statuses(results)).toEqual(["204", "201", "201", "201", "201"]);
    const [, all, team, ann, ben] = results.map(idOf);
    expect(memberIds((await scim.get(`/Groups/${all}`)).body)).toEqual([ann, team].sort());
    expect(memberIds((await scim.get(`/Groups/${team}`)).body)).toEqual([ben]);
    expect(managerOf((await scim.get(`/Users/${ann}`)).body)).toBe(ben);
  });

  it("resolves in circles of users, with one write each", async () => {
    const results = await bulk(scim, [
      newUser("ann", managedBy("bulkId:ben")),
      newUser("ben", managedBy("bulkId:ann")),
      newUser("own", managedBy("bulkId:own")),
    ]);
    expect(statuses(results)).toEqual(["201", "201", "201"]);
    const [ann, ben, own] = results.map(idOf);
    const found = await Promise.all([ann, ben, own].map(async (id) => (await scim.get(`/Users/${id}`)).body));
    expect(found.map(managerOf)).toEqual([ben, ann, own]);
    expect(found.map(({ meta }) => meta.version)).toEqual(['W/"1"', 'W/"1"', 'W/"1"']);
  });

  it("resolves to the old id of a user that comes back", async () => {
    const old = (await scim.post("/Users", { ...newUser("ann").data, active: false })).body;
    const results = await bulk(scim, [
      newUser("ben", managedBy("bulkId:ann")),
      newUser("ann", managedBy("bulkId:ben")),
      newGroup("team", "bulkId:ann"),
    ]);
    expect(statuses(results)).toEqual(["201", "201", "201"]);
    const [ben, ann, team] = results.map(idOf);
    expect(ann).toBe(old.id);
    expect(managerOf((await scim.get(`/Users/${ben}`)).body)).toBe(old.id);
    expect((await scim.get(`/Users/${ann}`)).body["active"]).toBe(true);
    expect(memberIds((await scim.get(`/Groups/${team}`)).body)).toEqual([old.id]);
  });

  it("is 409 where it is unknown, has failed, or would put a group into itself, for those operations alone", async () => {
    await scim.post("/Users", newUser("taken").data);
    const results = await bulk(scim, [
      newUser("a", managedBy("bulkId:nobody")),
      newGroup("g", "bulkId:taken"),
      { method: "PATCH", path: "/Groups/bulkId:g", data: patchOp({ op: "add", path: "members", value: "bulkId:b" }) },
      newUser("taken"),
      newUser("b"),
      newGroup("x", "bulkId:y"),
      newGroup("y", "bulkId:x"),
      newGroup("z", "bulkId:z"),
    ]);
    expect(statuses(results)).toEqual(["409", "409", "409", "409", "201", "409", "409", "409"]);
    const details = results.map(({ response }) => response?.detail);
    expect(details[0]).toContain("bulkId:nobody");
    expect(details[1]).toMatch(/bulkId:taken .*failed/);
    expect(details[2]).toMatch(/bulkId:g .*failed/);
    expect(details[7]).toMatch(/bulkId:z .*contain itself/);
    expect((await scim.get("/Groups")).body.totalResults).toBe(0);
    expect((await scim.get("/Users")).body.totalResults).toBe(2);
  });

  it("is for one operation: the next one with it is refused", async () => {
    const results = await bulk(scim, [newUser("a"), { ...newUser("b"), bulkId: "a" }, newGroup("g", "bulkId:a")]);
    expect(statuses(results)).toEqual(["201", "400", "201"]);
    expect(memberIds((await scim.get(`/Groups/${idOf(results[2])}`)).body)).toEqual([idOf(results[0])]);
  });

  it("carries a directory of a thousand in one request", async () => {
    const names = Array.from({ length: 999 }, (_, at) => `u${at}`);
    const results = await bulk(scim, [
      newGroup("all", ...names.map((name) => `bulkId:${name}`)),
      ...names.map((name) => newUser(name)),
    ]);
    expect(new Set(statuses(results))).toEqual(new Set(["201"]));
    const [all, ...users] = results.map(idOf);
    expect(memberIds((await scim.get(`/Groups/${all}`)).body)).toEqual([...users].sort());
    // In the order of the request, although several are made at a time.
    const { Resources } = (await scim.get("/Users?count=3")).body;
    expect(Resources.map(({ id }) => id)).toEqual(users.slice(0, 3));
  });
});
