import { expect } from "vitest";
import { ERROR, patchOp, USER } from "../../e2e/scim-messages.ts";
import { BULK_REQUEST, bulk } from "../bulk.ts";
import { clause } from "../case.ts";
import { setConnection } from "../settings.ts";

const post = (bulkId: string, data: object) => ({
  method: "POST",
  path: "/Users",
  bulkId,
  data: { schemas: [USER], ...data },
});

clause(
  ["7644-3.7.3-a", "7644-3.7.3-b", "7644-3.7.3-d", "7644-3.7.3-e"],
  "a result has method, status, bulkId, location and version",
  async ({ scim, stack, user }) => {
    const [anna, ben] = [await user(), await user()];
    const base = `${stack.processes.scim}/Users`;
    const { results } = await bulk(scim, [
      post("new", { userName: "new" }),
      { method: "PATCH", path: `/Users/${anna.id}`, data: patchOp({ op: "add", path: "title", value: "X" }) },
      { method: "DELETE", path: `/Users/${ben.id}` },
      { method: "DELETE", path: `/Users/${ben.id}` },
      post("again", { userName: "NEW" }),
    ]);
    expect(results).toMatchObject([
      { method: "POST", bulkId: "new", status: "201", location: expect.stringContaining(`${base}/`), version: 'W/"1"' },
      { method: "PATCH", status: "200", location: `${base}/${anna.id}`, version: 'W/"2"' },
      { method: "DELETE", status: "204", location: `${base}/${ben.id}` },
      { method: "DELETE", status: "404", location: `${base}/${ben.id}` },
      { method: "POST", bulkId: "again", status: "409" },
    ]);
    expect(results[4]).not.toHaveProperty("location");
    expect(results[1]).not.toHaveProperty("bulkId");
  },
);

clause("7644-3.7.3-c", "a failed result has the error that the request alone has", async ({ scim, user }) => {
  const anna = await user();
  const path = `/Users/${anna.id}`;
  const taken = { schemas: [USER], userName: anna["userName"] };
  const bad = patchOp({ op: "replace", path: "favourite", value: 1 });
  const alone = [
    await scim.post("/Users", taken),
    await scim.send("PATCH", path, bad),
    await scim.put(path, { schemas: [USER], active: "perhaps" }),
    await scim.delete("/Users/unknown"),
  ];
  const { results } = await bulk(scim, [
    post("x", taken),
    { method: "PATCH", path, data: bad },
    { method: "PUT", path, data: { schemas: [USER], active: "perhaps" } },
    { method: "DELETE", path: "/Users/unknown" },
  ]);
  expect(results.map(({ response }) => response)).toEqual(alone.map(({ body }) => body));
  for (const { response, status } of results) expect(response).toMatchObject({ schemas: [ERROR], status });
});

clause("7644-3.7.4-a", "the limits are published", async ({ scim }) => {
  const { body } = await scim.get("/ServiceProviderConfig");
  expect(body["bulk"]).toEqual({ supported: true, maxOperations: 1_000, maxPayloadSize: 4_194_304 });
});

clause("7644-3.7.4-b", "one operation more is 413, names the limit and does nothing", async ({ account, scim }) => {
  await setConnection(account, {
    limits: { requestsPerSecond: 0, requestBurst: 0, maxPageSize: 0, maxBulkOperations: 3 },
  });
  await expect
    .poll(async () => (await scim.get("/ServiceProviderConfig")).body["bulk"], { timeout: 10_000 })
    .toMatchObject({ maxOperations: 3 });
  const operations = ["a", "b", "c", "d"].map((name) => post(name, { userName: name }));
  const { status, body } = await bulk(scim, operations);
  expect(status).toBe(413);
  expect(body.detail).toContain("3");
  expect((await scim.get("/Users")).body.totalResults).toBe(0);
  expect((await bulk(scim, operations.slice(1))).statuses).toEqual(["201", "201", "201"]);
});

clause("7644-3.7.4-c", "one byte more is 413, names the limit and does nothing", async ({ scim }) => {
  const body = (size: number) => {
    const text = JSON.stringify({ schemas: [BULK_REQUEST], Operations: [post("a", { userName: "a" })] });
    return text + " ".repeat(size - text.length);
  };
  const { status, body: error } = await scim.send("POST", "/Bulk", body(4_194_305));
  expect(status).toBe(413);
  expect(error.detail).toMatch(/4 MiB|4,?194,?304/);
  expect((await scim.get("/Users")).body.totalResults).toBe(0);
  expect((await scim.send("POST", "/Bulk", body(4_194_304))).status).toBe(200);
});
