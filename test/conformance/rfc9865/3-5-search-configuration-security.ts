import { expect } from "vitest";
import { clause } from "../case.ts";

const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

clause("9865-3-a", "a walk by POST to /.search", async ({ scim, user }) => {
  const made: unknown[] = [];
  for (let index = 0; index < 5; index++) made.push((await user())["userName"]);
  for (const path of ["/Users/.search", "/.search"]) {
    const found: unknown[] = [];
    for (let cursor: unknown = ""; cursor !== undefined; ) {
      const { status, body } = await scim.post(path, { schemas: [SEARCH], cursor, count: 2, attributes: ["userName"] });
      expect(status).toBe(200);
      found.push(...body.Resources.map((resource) => resource["userName"]));
      cursor = body["nextCursor"];
      expect(found.length).toBeLessThanOrEqual(5);
    }
    expect(found, path).toEqual(made);
  }
});

clause(
  ["9865-4-a", "9865-4-b"],
  "pagination says both methods, the default, the sizes and the life of a cursor",
  async ({ scim }) => {
    const { body } = await scim.get("/ServiceProviderConfig");
    expect(body["pagination"]).toEqual({
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: 100,
      maxPageSize: 500,
      cursorTimeout: expect.any(Number),
    });
  },
);

clause("9865-5-a", "another tenant's cursor is 400, and tells nothing", async ({ scim, user, stack }) => {
  for (let index = 0; index < 3; index++) await user();
  const { body } = await scim.get("/Users?cursor=&count=1");
  const { scim: stranger } = await stack.newAccount();
  const answer = await stranger.get(`/Users?cursor=${body["nextCursor"]}&count=1`);
  expect(answer).toMatchObject({ status: 400, body: { scimType: "invalidCursor" } });
});
