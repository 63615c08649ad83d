import { expect } from "vitest";
import { ENTERPRISE, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause("7644-3.5.2.1-a", "an operation without a value is refused", async ({ scim, user, read }) => {
  const anna = await user();
  for (const operation of [{ op: "add", path: "title" }, { op: "add" }, { op: "add", value: "text" }])
    expect((await scim.patch(`/Users/${anna.id}`, operation)).status, JSON.stringify(operation)).toBe(400);
  expect(await read(anna)).toEqual(anna);
});

clause(
  ["7644-3.5.2.1-b", "7644-3.5.2.1-c"],
  "without a path: attributes of core and extension are added",
  async ({ scim, user, read }) => {
    const anna = await user({ emails: [{ value: "a@x", type: "work" }] });
    const value = {
      title: "Engineer",
      emails: [{ value: "b@x", type: "home" }],
      name: { familyName: "Ōkami" },
      [ENTERPRISE]: { department: "R&D" },
    };
    expect((await scim.patch(`/Users/${anna.id}`, { op: "add", value })).status).toBe(200);
    expect(await read(anna)).toMatchObject({
      schemas: [USER, ENTERPRISE],
      title: "Engineer",
      emails: [
        { value: "a@x", type: "work" },
        { value: "b@x", type: "home" },
      ],
      name: { familyName: "Ōkami" },
      [ENTERPRISE]: { department: "R&D" },
    });
  },
);

clause("7644-3.5.2.1-d", "sub-attributes are set, the others stay", async ({ scim, user }) => {
  const { id } = await user({ name: { givenName: "Anna", familyName: "Ōkami" }, [ENTERPRISE]: { department: "R&D" } });
  const { body } = await scim.patch(
    `/Users/${id}`,
    { op: "add", path: "name", value: { familyName: "Berg", middleName: "M." } },
    { op: "add", path: ENTERPRISE, value: { costCenter: "1" } },
  );
  expect(body["name"]).toEqual({ givenName: "Anna", familyName: "Berg", middleName: "M." });
  expect(body[ENTERPRISE]).toEqual({ department: "R&D", costCenter: "1" });
});

clause("7644-3.5.2.1-e", "a list gets the value in addition", async ({ scim, user, group, read }) => {
  const anna = await user({ emails: [{ value: "a@x", type: "work" }] });
  const { body } = await scim.patch(
    `/Users/${anna.id}`,
    { op: "add", path: "emails", value: [{ value: "b@x" }] },
    { op: "add", path: "emails", value: { value: "c@x", type: "other" } },
  );
  expect(body["emails"]).toEqual([{ value: "a@x", type: "work" }, { value: "b@x" }, { value: "c@x", type: "other" }]);
  const [ben, sales] = [await user(), await group("Sales", anna)];
  await scim.patch(`/Groups/${sales.id}`, { op: "add", path: "members", value: [{ value: ben.id }] });
  const members = (await read(sales))["members"] as { value: string }[];
  expect(members.map(({ value }) => value).sort()).toEqual([anna.id, ben.id].sort());
});

clause("7644-3.5.2.1-f", "a single value is replaced", async ({ scim, user }) => {
  const { id } = await user({ title: "Engineer", name: { familyName: "Ōkami" } });
  const { body } = await scim.patch(
    `/Users/${id}`,
    { op: "add", path: "title", value: "Director" },
    { op: "add", path: "name.familyName", value: "Berg" },
  );
  expect(body).toMatchObject({ title: "Director", name: { familyName: "Berg" } });
});

clause(
  ["7644-3.5.2.1-g", "7644-3.5.2.1-h"],
  "the value already exists: success, no change, no new version",
  async ({ scim, user, group, read }) => {
    const ben = await user();
    const anna = await user({
      title: "Engineer",
      active: true,
      name: { familyName: "Ōkami" },
      emails: [{ value: "a@x", type: "work", primary: true }],
      [ENTERPRISE]: { department: "R&D", manager: { value: ben.id } },
    });
    const sales = await group("Sales", anna);
    const before = { anna: await read(anna), sales: await read(sales) };
    for (const operation of [
      { path: "title", value: "Engineer" },
      { path: "active", value: true },
      { path: "name", value: { familyName: "Ōkami" } },
      { path: "emails", value: [{ value: "a@x", type: "work", primary: true }] },
      { path: 'emails[type eq "work"].value', value: "a@x" },
      { path: `${ENTERPRISE}:department`, value: "R&D" },
      { path: `${ENTERPRISE}:manager`, value: { value: ben.id } },
      { value: { title: "Engineer", name: { familyName: "Ōkami" } } },
    ]) {
      const { status } = await scim.patch(`/Users/${anna.id}`, { op: "add", ...operation });
      expect({ operation, status, now: await read(anna) }).toEqual({ operation, status: 200, now: before.anna });
    }
    const add = await scim.patch(`/Groups/${sales.id}`, { op: "add", path: "members", value: [{ value: anna.id }] });
    expect(add.status).toBe(204);
    expect(await read(sales)).toEqual(before.sales);
  },
);
