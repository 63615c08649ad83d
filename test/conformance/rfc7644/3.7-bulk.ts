import { expect } from "vitest";
import { GROUP, patchOp, USER } from "../../e2e/scim-messages.ts";
import { BULK_REQUEST, BULK_RESPONSE, bulk, idOf } from "../bulk.ts";
import { clause } from "../case.ts";

const post = (bulkId: string, userName: string) => ({
  method: "POST",
  path: "/Users",
  bulkId,
  data: { schemas: [USER], userName },
});

clause(
  ["7644-3.7-a", "7644-3.7-b", "7644-3.7-h"],
  "POST, PUT, PATCH and DELETE of users and groups in one request",
  async ({ scim, user, group, read }) => {
    const [anna, ben, cem, sales] = [await user(), await user(), await user(), await group("Sales")];
    const { status, body, statuses } = await bulk(scim, [
      post("new", "new"),
      { method: "POST", path: "/Groups", bulkId: "team", data: { schemas: [GROUP], displayName: "Team" } },
      { method: "PUT", path: `/Users/${anna.id}`, data: { ...anna, title: "Engineer" } },
      { method: "PATCH", path: `/Users/${ben.id}`, data: patchOp({ op: "add", path: "title", value: "Director" }) },
      {
        method: "PATCH",
        path: `/Groups/${sales.id}`,
        data: patchOp({ op: "add", path: "members", value: [{ value: ben.id }] }),
      },
      { method: "DELETE", path: `/Users/${cem.id}` },
    ]);
    expect(status).toBe(200);
    expect(body.schemas).toEqual([BULK_RESPONSE]);
    expect(statuses).toEqual(["201", "201", "200", "200", expect.stringMatching(/^20[04]$/), "204"]);
    expect((await read(anna))["title"]).toBe("Engineer");
    expect((await read(ben))["title"]).toBe("Director");
    expect((await read(sales))["members"]).toMatchObject([{ value: ben.id }]);
    expect((await scim.get(`/Users/${cem.id}`)).status).toBe(404);
    expect((await scim.get('/Users?filter=userName eq "new"')).body.totalResults).toBe(1);
  },
);

clause(
  ["7644-3.7-c", "7644-3.7-d"],
  "a POST without bulkId, and a write without data, are refused",
  async ({ scim, user }) => {
    const { id } = await user();
    const { bulkId: _, ...noBulkId } = post("x", "x");
    for (const operation of [
      noBulkId,
      { method: "POST", path: "/Users", bulkId: "x" },
      { method: "PUT", path: `/Users/${id}` },
      { method: "PATCH", path: `/Users/${id}` },
      { method: "GET", path: `/Users/${id}` },
      { path: `/Users/${id}` },
    ]) {
      const { status, statuses } = await bulk(scim, [operation]);
      expect(status === 200 ? statuses : [String(status)], JSON.stringify(operation)).toEqual([
        expect.stringMatching(/^40[05]$/),
      ]);
    }
    const message = await scim.post("/Bulk", { schemas: [BULK_REQUEST] });
    expect(message).toMatchObject({ status: 400, body: { scimType: "invalidSyntax" } });
    expect((await scim.get("/Users")).body.totalResults).toBe(1);
  },
);

const failing = { method: "DELETE", path: "/Users/0191f0a5-0000-7000-8000-000000000000" };

clause("7644-3.7-e", "without failOnErrors the rest is tried", async ({ scim }) => {
  const { status, statuses } = await bulk(scim, [failing, post("a", "a"), failing, post("b", "A"), post("c", "c")]);
  expect(status).toBe(200);
  expect(statuses).toEqual(["404", "201", "404", "409", "201"]);
  expect((await scim.get("/Users")).body.totalResults).toBe(2);
});

clause("7644-3.7-f", "with failOnErrors it stops at that many, and says what was done", async ({ scim }) => {
  const operations = [failing, post("a", "a"), failing, post("b", "b"), failing, post("c", "c")];
  const two = await bulk(scim, operations, { failOnErrors: 2 });
  expect({ status: two.status, statuses: two.statuses }).toEqual({ status: 200, statuses: ["404", "201", "404"] });
  expect((await scim.get("/Users")).body.totalResults).toBe(1);
  const one = await bulk(scim, operations, { failOnErrors: 1 });
  expect(one.statuses).toEqual(["404"]);
});

clause("7644-3.7-g", "version is a precondition", async ({ scim, user, read }) => {
  const anna = await user();
  const path = `/Users/${anna.id}`;
  const data = patchOp({ op: "add", path: "title", value: "Engineer" });
  const { results } = await bulk(scim, [
    { method: "PATCH", path, version: 'W/"99"', data },
    { method: "PATCH", path, version: anna.meta.version, data },
    { method: "DELETE", path, version: anna.meta.version },
  ]);
  expect(results.map(({ status }) => status)).toEqual(["412", "200", "412"]);
  expect(await read(anna)).toMatchObject({ title: "Engineer", meta: { version: results[1]?.version } });
});

clause("7644-3.7-i", "a bulkId given twice is refused", async ({ scim }) => {
  const { status, statuses } = await bulk(scim, [post("a", "one"), post("a", "other")]);
  if (status === 200) expect(statuses[1]).toMatch(/^4/);
  else expect(status).toBe(400);
  expect((await scim.get("/Users")).body.totalResults).toBeLessThan(2);
});

clause("7644-3.7.1-b", "groups that would contain each other: one of them fails", async ({ scim }) => {
  const team = (bulkId: string, member: string) => ({
    method: "POST",
    path: "/Groups",
    bulkId,
    data: { schemas: [GROUP], displayName: bulkId, members: [{ value: `bulkId:${member}` }] },
  });
  const { status, results } = await bulk(scim, [team("one", "other"), team("other", "one")]);
  expect(status).toBe(200);
  const failed = results.filter((result) => result.status.startsWith("4"));
  expect(failed.length).toBeGreaterThan(0);
  for (const { response } of failed) expect(response?.detail).toMatch(/members|other|one/);
});

clause("7644-3.7.1-a", "groups that refer to a user made later, and users to each other", async ({ scim, read }) => {
  const manager = (bulkId: string) => ({
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { manager: { value: `bulkId:${bulkId}` } },
  });
  const { status, results, statuses } = await bulk(scim, [
    { method: "POST", path: "/Users", bulkId: "one", data: { schemas: [USER], userName: "one", ...manager("two") } },
    { method: "POST", path: "/Users", bulkId: "two", data: { schemas: [USER], userName: "two", ...manager("one") } },
  ]);
  expect({ status, statuses }).toEqual({ status: 200, statuses: ["201", "201"] });
  const [one, two] = results.map(idOf);
  const { body } = await scim.get(`/Users/${one}`);
  expect(body).toMatchObject(managerIs(two));
  expect(await read({ ...body, id: two ?? "" })).toMatchObject(managerIs(one));
});

function managerIs(value: string | undefined): object {
  return { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { manager: { value } } };
}

clause(
  ["7644-3.7.2-a", "7644-3.7.2-b"],
  "a bulkId in members, before and after the user that it names",
  async ({ scim }) => {
    const team = (bulkId: string, member: string) => ({
      method: "POST",
      path: "/Groups",
      bulkId,
      data: { schemas: [GROUP], displayName: bulkId, members: [{ value: `bulkId:${member}` }] },
    });
    const { statuses, results } = await bulk(scim, [
      team("before", "anna"),
      post("anna", "anna"),
      team("after", "anna"),
    ]);
    expect(statuses).toEqual(["201", "201", "201"]);
    const byBulkId = new Map(results.map((result) => [result.bulkId, idOf(result)]));
    for (const name of ["before", "after"]) {
      const { body } = await scim.get(`/Groups/${byBulkId.get(name)}`);
      expect(body["members"]).toMatchObject([{ value: byBulkId.get("anna"), type: "User" }]);
    }
  },
);

clause("7644-3.7.2-c", "a bulkId in a path", async ({ scim }) => {
  const { statuses, results } = await bulk(scim, [
    post("anna", "anna"),
    { method: "PATCH", path: "/Users/bulkId:anna", data: patchOp({ op: "add", path: "title", value: "Engineer" }) },
    post("ben", "ben"),
    { method: "DELETE", path: "/Users/bulkId:ben" },
  ]);
  expect(statuses).toEqual(["201", "200", "201", "204"]);
  expect((await scim.get(`/Users/${idOf(results[0])}`)).body["title"]).toBe("Engineer");
  expect((await scim.get(`/Users/${idOf(results[2])}`)).status).toBe(404);
});

clause("7644-3.7.2-d", "a bulkId that nothing has, or that failed, fails what refers to it", async ({ scim, user }) => {
  await user({ userName: "taken" });
  const team = (member: string) => ({
    method: "POST",
    path: "/Groups",
    bulkId: member,
    data: { schemas: [GROUP], displayName: member, members: [{ value: `bulkId:${member}-user` }] },
  });
  const { status, statuses, results } = await bulk(scim, [
    team("nobody"),
    post("failed-user", "TAKEN"),
    team("failed"),
  ]);
  expect(status).toBe(200);
  expect(statuses).toEqual([expect.stringMatching(/^4/), "409", expect.stringMatching(/^4/)]);
  expect(results[0]?.response?.detail).toContain("nobody-user");
  expect((await scim.get("/Groups")).body.totalResults).toBe(0);
});
