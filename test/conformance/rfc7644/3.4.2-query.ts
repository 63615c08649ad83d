import { expect } from "vitest";
import { LIST_RESPONSE } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7644-3.4.2-a", "a list is a ListResponse with totalResults and Resources", async ({ scim, user }) => {
  const anna = await user();
  const { status, body } = await scim.get("/Users");
  expect(status).toBe(200);
  expect(body).toMatchObject({ schemas: [LIST_RESPONSE], totalResults: 1, Resources: [{ id: anna.id }] });
});

clause("7644-3.4.2-b", "nothing found is 200 with totalResults 0", async ({ scim }) => {
  for (const path of ["/Users", "/Groups", '/Users?filter=userName eq "nobody"', '/Groups?filter=displayName co "x"'])
    expect(await scim.get(path), path).toMatchObject({ status: 200, body: { totalResults: 0 } });
});

clause(
  ["7644-3.4.2-c", "7644-3.4.2-d", "7644-3.4.2-e"],
  "a page says where it begins and how long it is, and totalResults counts all",
  async ({ scim, user }) => {
    for (let index = 0; index < 5; index++) await user({ title: index < 4 ? "Engineer" : "Director" });
    const { body } = await scim.get("/Users?startIndex=2&count=2");
    expect(body).toMatchObject({ totalResults: 5, startIndex: 2, itemsPerPage: 2 });
    expect(body.Resources).toHaveLength(2);
    const { body: found } = await scim.get('/Users?filter=title eq "Engineer"&startIndex=4&count=2');
    expect(found).toMatchObject({ totalResults: 4, startIndex: 4, itemsPerPage: 1 });
    expect(found.Resources).toHaveLength(1);
  },
);
