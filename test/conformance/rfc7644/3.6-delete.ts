import { expect } from "vitest";
import { GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(["7644-3.6-a", "7644-3.6-b"], "204, and then 404 by every method", async ({ scim, user, group }) => {
  for (const resource of [await user(), await group("Sales")]) {
    const path = `/${resource.meta.resourceType}s/${resource.id}`;
    const { status, text } = await scim.delete(path);
    expect({ status, text }).toEqual({ status: 204, text: "" });
    const answers = [
      await scim.get(path),
      await scim.put(path, resource),
      await scim.patch(path, { op: "add", path: "externalId", value: "1" }),
      await scim.delete(path),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404]);
  }
});

clause("7644-3.6-c", "no list, no filter and no group has it any more", async ({ scim, user, group, read }) => {
  const [anna, ben] = [await user({ title: "Engineer" }), await user()];
  const sales = await group("Sales", anna, ben);
  await scim.delete(`/Users/${anna.id}`);
  for (const query of [
    "",
    `filter=id eq "${anna.id}"`,
    `filter=userName eq "${anna["userName"]}"`,
    "filter=title pr",
    "sortBy=title",
  ]) {
    const { body } = await scim.get(`/Users?${query}`);
    expect(body.Resources ?? []).not.toContainEqual(expect.objectContaining({ id: anna.id }));
    expect(body.totalResults).toBe(query.startsWith("filter") ? 0 : 1);
  }
  expect((await read(sales))["members"]).toMatchObject([{ value: ben.id }]);
  expect((await read(sales))["members"]).toHaveLength(1);
  expect((await scim.get(`/Groups?filter=members eq "${anna.id}"`)).body.totalResults).toBe(0);
});

clause("7644-3.6-d", "its name is free again", async ({ scim, user, group }) => {
  const [anna, sales] = [await user({ userName: "anna" }), await group("Sales")];
  await scim.delete(`/Users/${anna.id}`);
  await scim.delete(`/Groups/${sales.id}`);
  const again = await scim.post("/Users", { schemas: [USER], userName: "ANNA" });
  expect(again.status).toBe(201);
  expect(again.body.id).not.toBe(anna.id);
  expect((await scim.post("/Groups", { schemas: [GROUP], displayName: "sales" })).status).toBe(201);
});
