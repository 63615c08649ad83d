import { expect } from "vitest";
import type { ScimBody } from "../../e2e/scim-client.ts";
import { LIST_RESPONSE } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7644-3.4.2.1-a", "the root lists users and groups", async ({ scim, user, group }) => {
  const [anna, sales] = [await user(), await group("Sales")];
  const { status, body } = await scim.get("/?count=10");
  expect(status).toBe(200);
  expect(body).toMatchObject({ schemas: [LIST_RESPONSE], totalResults: 2 });
  expect(ids(body)).toEqual([anna.id, sales.id].sort());
  expect(body.Resources.map(({ meta }) => meta.resourceType).sort()).toEqual(["Group", "User"]);
});

clause(
  "7644-3.4.2.1-b",
  "an attribute of users alone is no attribute of a group, and no error",
  async ({ scim, user, group }) => {
    const anna = await user({ displayName: "Sales", title: "Engineer" });
    const sales = await group("Sales");
    const found: Record<string, string[]> = {
      'title eq "Engineer"': [anna.id],
      "title pr": [anna.id],
      "not (title pr)": [sales.id],
      "members pr": [],
      'displayName eq "sales"': [anna.id, sales.id],
      'userName sw "user" or displayName eq "Sales"': [anna.id, sales.id],
      'emails[type eq "work"]': [],
    };
    for (const [filter, expected] of Object.entries(found)) {
      const { status, body } = await scim.get(`/?filter=${encodeURIComponent(filter)}`);
      expect({ filter, status, found: ids(body) }).toEqual({ filter, status: 200, found: expected.sort() });
    }
  },
);

clause("7644-3.4.2.1-c", "meta.resourceType picks the type", async ({ scim, user, group }) => {
  const [anna, sales] = [await user(), await group("Sales")];
  expect(ids((await scim.get('/?filter=meta.resourceType eq "User"')).body)).toEqual([anna.id]);
  expect(ids((await scim.get('/?filter=meta.resourceType eq "Group"')).body)).toEqual([sales.id]);
});

clause("7644-3.4.2.1-d", "pages, order and projection hold over both types", async ({ scim, user, group }) => {
  await user({ displayName: "b" });
  await group("a");
  await user({ displayName: "d" });
  await group("c");
  const names: unknown[] = [];
  for (const startIndex of [1, 3]) {
    const { body } = await scim.get(`/?sortBy=displayName&startIndex=${startIndex}&count=2&attributes=displayName`);
    expect(body).toMatchObject({ totalResults: 4, startIndex, itemsPerPage: 2 });
    names.push(...body.Resources.map((resource) => resource["displayName"]));
    for (const resource of body.Resources) expect(resource).not.toHaveProperty("userName");
  }
  expect(names).toEqual(["a", "b", "c", "d"]);
});

function ids(body: ScimBody): string[] {
  return (body.Resources ?? []).map(({ id }) => id).sort();
}
