import { expect } from "vitest";
import { patchOp, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(
  ["7644-6-a", "7644-6-b", "7644-7.2-a"],
  "another tenant's resources do not exist for a client",
  async ({ stack, user, group, read }) => {
    const anna = await user();
    const sales = await group("Sales", anna);
    const before = [await read(anna), await read(sales)];
    const { scim: stranger } = await stack.newAccount();
    for (const resource of [anna, sales]) {
      const path = `/${resource.meta.resourceType}s/${resource.id}`;
      const answers = [
        await stranger.get(path),
        await stranger.put(path, resource),
        await stranger.send("PATCH", path, patchOp({ op: "add", path: "externalId", value: "1" })),
        await stranger.delete(path),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    }
    for (const path of [
      "/Users",
      "/Groups",
      "/",
      `/Users?filter=id eq "${anna.id}"`,
      `/Groups?filter=members eq "${anna.id}"`,
    ])
      expect((await stranger.get(path)).body.totalResults, path).toBe(0);
    const member = {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "X",
      members: [{ value: anna.id }],
    };
    expect((await stranger.post("/Groups", member)).status).toBe(400);
    expect([await read(anna), await read(sales)]).toEqual(before);
  },
);

clause(["7644-6-c", "7644-6-d"], "names and externalIds of one tenant are free in another", async ({ stack, user }) => {
  const attributes = { schemas: [USER], userName: "anna@example.com", externalId: "4711" };
  const mine = await user(attributes);
  const { scim: stranger } = await stack.newAccount();
  const { status, body } = await stranger.post("/Users", attributes);
  expect(status).toBe(201);
  expect(body.id).not.toBe(mine.id);
  expect((await stranger.get('/Users?filter=externalId eq "4711"')).body.Resources).toMatchObject([{ id: body.id }]);
});
