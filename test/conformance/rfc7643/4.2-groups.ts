import { expect } from "vitest";
import { GROUP } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7643-4.2-a", "displayName is there and not blank", async ({ scim }) => {
  for (const displayName of [undefined, null, "", " "])
    expect((await scim.post("/Groups", { schemas: [GROUP], displayName })).status).toBe(400);
});

clause("7643-4.2-b", "a member has value, $ref, type and display", async ({ stack, scim, user, group }) => {
  const [anna, inner] = [await user(), await group("Inner")];
  const { members } = await group("Sales", anna, inner);
  expect(members).toHaveLength(2);
  expect(members).toEqual(
    expect.arrayContaining([
      { value: anna.id, $ref: `${stack.processes.scim}/Users/${anna.id}`, type: "User", display: anna["userName"] },
      { value: inner.id, $ref: `${stack.processes.scim}/Groups/${inner.id}`, type: "Group", display: "Inner" },
    ]),
  );
  const unknown = { schemas: [GROUP], displayName: "X", members: [{ value: "0191f0a5-0000-7000-8000-000000000000" }] };
  const refused = await scim.post("/Groups", unknown);
  expect(refused).toMatchObject({ status: 400, body: { scimType: "invalidValue" } });
  expect(refused.body.detail).toContain("members");
});

clause("7643-4.2-c", "a member is not altered, only added and removed", async ({ scim, user, group, read }) => {
  const [anna, ben] = [await user(), await user()];
  const sales = await group("Sales", anna);
  const path = `/Groups/${sales.id}`;
  for (const operation of [
    { op: "replace", path: `members[value eq "${anna.id}"].value`, value: ben.id },
    { op: "replace", path: `members[value eq "${anna.id}"].type`, value: "Group" },
    { op: "remove", path: `members[value eq "${anna.id}"].$ref` },
  ])
    expect((await scim.patch(path, operation)).status, operation.path).toBe(400);
  expect(await read(sales)).toEqual(sales);
  await scim.patch(
    path,
    { op: "add", path: "members", value: [{ value: ben.id }] },
    { op: "remove", path: `members[value eq "${anna.id}"]` },
  );
  expect((await read(sales))["members"]).toMatchObject([{ value: ben.id }]);
});

clause(
  "7643-4.2-d",
  "groups are members of groups, but not of themselves by any way",
  async ({ scim, group, read }) => {
    const inner = await group("Inner");
    const middle = await group("Middle", inner);
    const outer = await group("Outer", middle);
    expect((await read(outer))["members"]).toMatchObject([{ value: middle.id, type: "Group" }]);
    for (const [member, of] of [
      [inner, inner],
      [middle, inner],
      [outer, inner],
    ] as const) {
      const operation = { op: "add", path: "members", value: [{ value: member.id }] };
      const { status, body } = await scim.patch(`/Groups/${of.id}`, operation);
      expect({ status, scimType: body["scimType"] }).toEqual({ status: 400, scimType: "invalidValue" });
      expect(body.detail).toContain("members");
    }
    expect(await read(inner)).toEqual(inner);
  },
);
