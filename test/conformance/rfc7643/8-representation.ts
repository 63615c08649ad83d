import { expect } from "vitest";
import { ENTERPRISE, GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";
import { fullUser } from "../full-user.ts";

clause("7643-8-a", "the RFC's user, in its least and its fullest form, and its group", async ({ scim, stack }) => {
  const least = await scim.post("/Users", { schemas: [USER], userName: "mandy@example.com" });
  expect(least.status).toBe(201);
  const manager = { value: least.body.id, $ref: `../Users/${least.body.id}`, displayName: "Mandy Pepperidge" };
  const full = {
    ...fullUser,
    id: "2819c223-7f76-453a-919d-413861904646",
    groups: [
      {
        value: "e9e30dba-f08f-4109-8486-d5c6a331660a",
        $ref: "https://example.com/v2/Groups/e9e3",
        display: "Tour Guides",
      },
    ],
    [ENTERPRISE]: { ...fullUser[ENTERPRISE], manager },
    meta: {
      resourceType: "User",
      created: "2010-01-23T04:56:22Z",
      version: 'W/"3694e05e9dff591"',
      location: "https://example.com/v2/Users/2819",
    },
  };
  const { status, body } = await scim.post("/Users", full);
  expect(status).toBe(201);
  const { password: _, ...shown } = fullUser;
  expect(body).toMatchObject({ ...shown, [ENTERPRISE]: { ...shown[ENTERPRISE], manager: { value: least.body.id } } });
  expect(body).not.toHaveProperty("groups");
  const group = await scim.post("/Groups", {
    schemas: [GROUP],
    id: "e9e30dba-f08f-4109-8486-d5c6a331660a",
    displayName: "Tour Guides",
    members: [
      { value: body.id, $ref: `https://example.com/v2/Users/${body.id}`, display: "Babs Jensen" },
      { value: least.body.id, $ref: `https://example.com/v2/Users/${least.body.id}`, display: "Mandy Pepperidge" },
    ],
  });
  expect(group.status).toBe(201);
  expect(group.body["members"]).toHaveLength(2);
  for (const { id } of [body, least.body])
    expect(group.body["members"]).toContainEqual(
      expect.objectContaining({ value: id, $ref: `${stack.processes.scim}/Users/${id}`, type: "User" }),
    );
});

clause("7643-9-a", "addresses hold ids alone", async ({ user, group }) => {
  const anna = await user({ userName: "anna@example.com", displayName: "Anna", externalId: "ext-1" });
  const sales = await group("Sales", anna);
  for (const { meta } of [anna, sales]) expect(meta.location).not.toMatch(/anna|sales|ext-1/i);
});
