import { expect } from "vitest";
import { LIST_RESPONSE, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

const SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

clause(["7644-3.4.3-a", "7644-3.4.3-d"], "below /Users and /Groups: that type alone", async ({ scim, user, group }) => {
  const [anna, sales] = [await user(), await group("Sales")];
  const users = await scim.post("/Users/.search", { schemas: [SEARCH] });
  expect(users.status).toBe(200);
  expect(users.body).toMatchObject({ schemas: [LIST_RESPONSE], totalResults: 1, Resources: [{ id: anna.id }] });
  const groups = await scim.post("/Groups/.search", { schemas: [SEARCH], filter: 'displayName eq "sales"' });
  expect(groups).toMatchObject({ status: 200, body: { totalResults: 1, Resources: [{ id: sales.id }] } });
});

clause("7644-3.4.3-b", "at the root: every type", async ({ scim, user, group }) => {
  await Promise.all([user(), group("Sales")]);
  const { status, body } = await scim.post("/.search", { schemas: [SEARCH], count: 10 });
  expect(status).toBe(200);
  expect(body.Resources.map(({ meta }) => meta.resourceType).sort()).toEqual(["Group", "User"]);
  const found = await scim.post("/.search", { schemas: [SEARCH], filter: 'displayName eq "Sales"' });
  expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ displayName: "Sales" }] });
});

clause(["7644-3.4.3-c", "7644-7.5.1-a"], "the body's parameters mean what a URL's do", async ({ scim, user }) => {
  for (const userName of ["b", "d", "a", "c"]) await user({ userName, title: "Engineer", displayName: userName });
  await user({ userName: "e" });
  const { body } = await scim.post("/Users/.search", {
    schemas: [SEARCH],
    filter: 'title eq "engineer"',
    sortBy: "userName",
    sortOrder: "descending",
    startIndex: 2,
    count: 2,
    attributes: ["userName", "title"],
  });
  expect(body).toMatchObject({ totalResults: 4, startIndex: 2, itemsPerPage: 2 });
  expect(body.Resources).toMatchObject([{ userName: "c", title: "Engineer" }, { userName: "b" }]);
  expect(body.Resources[0]).not.toHaveProperty("displayName");
  const less = await scim.post("/Users/.search", { schemas: [SEARCH], excludedAttributes: ["title", "emails"] });
  expect(less.body.Resources[0]).toHaveProperty("displayName");
  expect(less.body.Resources[0]).not.toHaveProperty("title");
});

clause("7644-3.4.3-e", "another message, an unknown attribute or a wrong type is refused", async ({ scim }) => {
  for (const body of [
    { schemas: [USER] },
    { schemas: [SEARCH], count: "ten" },
    { schemas: [SEARCH], filter: 5 },
    { schemas: [SEARCH], attributes: { userName: true } },
    [],
  ])
    expect((await scim.post("/Users/.search", body)).status, JSON.stringify(body)).toBe(400);
  const { status, body } = await scim.post("/.search", { schemas: [SEARCH], filter: "userName eq" });
  expect({ status, scimType: body["scimType"] }).toEqual({ status: 400, scimType: "invalidFilter" });
});
