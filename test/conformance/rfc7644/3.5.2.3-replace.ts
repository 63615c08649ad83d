import { expect } from "vitest";
import { ENTERPRISE } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

const emails = [
  { value: "a@x", type: "work", primary: true },
  { value: "b@x", type: "home" },
];

clause("7644-3.5.2.3-a", "without a path: what the value names is replaced, the rest stays", async ({ scim, user }) => {
  const { id } = await user({
    title: "Engineer",
    nickName: "Änni",
    emails,
    [ENTERPRISE]: { department: "R&D", costCenter: "1" },
  });
  const value = { title: "Director", emails: [{ value: "c@x" }], [ENTERPRISE]: { department: "Sales" } };
  const { body } = await scim.patch(`/Users/${id}`, { op: "replace", value });
  expect(body).toMatchObject({
    title: "Director",
    nickName: "Änni",
    [ENTERPRISE]: { department: "Sales", costCenter: "1" },
  });
  expect(body["emails"]).toEqual([{ value: "c@x" }]);
});

clause("7644-3.5.2.3-b", "a single value and a sub-attribute", async ({ scim, user }) => {
  const { id } = await user({ title: "Engineer", active: true, name: { givenName: "Anna", familyName: "Ōkami" } });
  const { body } = await scim.patch(
    `/Users/${id}`,
    { op: "replace", path: "title", value: "Director" },
    { op: "replace", path: "active", value: false },
    { op: "replace", path: "name.familyName", value: "Berg" },
  );
  expect(body).toMatchObject({ title: "Director", active: false, name: { givenName: "Anna", familyName: "Berg" } });
});

clause("7644-3.5.2.3-c", "all values of a list", async ({ scim, user, group, read }) => {
  const [anna, ben] = [await user({ emails }), await user()];
  const { body } = await scim.patch(`/Users/${anna.id}`, { op: "replace", path: "emails", value: [{ value: "c@x" }] });
  expect(body["emails"]).toEqual([{ value: "c@x" }]);
  const sales = await group("Sales", anna);
  await scim.patch(`/Groups/${sales.id}`, { op: "replace", path: "members", value: [{ value: ben.id }] });
  expect((await read(sales))["members"]).toMatchObject([{ value: ben.id }]);
  expect((await read(sales))["members"]).toHaveLength(1);
});

clause("7644-3.5.2.3-d", "what has no value is added", async ({ scim, user }) => {
  const { id } = await user();
  const { status, body } = await scim.patch(
    `/Users/${id}`,
    { op: "replace", path: "title", value: "Engineer" },
    { op: "replace", path: "name.familyName", value: "Ōkami" },
    { op: "replace", path: "emails", value: emails },
    { op: "replace", path: `${ENTERPRISE}:department`, value: "R&D" },
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({
    title: "Engineer",
    name: { familyName: "Ōkami" },
    emails,
    [ENTERPRISE]: { department: "R&D" },
  });
});

clause("7644-3.5.2.3-e", "sub-attributes that are not named stay", async ({ scim, user }) => {
  const boss = await user();
  const { id } = await user({ name: { givenName: "Anna", familyName: "Ōkami" }, [ENTERPRISE]: { department: "R&D" } });
  const { body } = await scim.patch(
    `/Users/${id}`,
    { op: "replace", path: "name", value: { familyName: "Berg" } },
    { op: "replace", path: ENTERPRISE, value: { manager: { value: boss.id } } },
  );
  expect(body["name"]).toEqual({ givenName: "Anna", familyName: "Berg" });
  expect(body[ENTERPRISE]).toMatchObject({ department: "R&D", manager: { value: boss.id } });
});

clause("7644-3.5.2.3-f", "the elements that a filter matches", async ({ scim, user }) => {
  const { id } = await user({ emails });
  const value = { value: "c@x", type: "other" };
  const { body } = await scim.patch(`/Users/${id}`, { op: "replace", path: 'emails[value eq "b@x"]', value });
  expect(body["emails"]).toEqual([emails[0], value]);
});

clause("7644-3.5.2.3-g", "a sub-attribute of the elements that a filter matches", async ({ scim, user }) => {
  const { id } = await user({ emails, addresses: [{ type: "work", streetAddress: "1", locality: "Bonn" }] });
  const { body } = await scim.patch(
    `/Users/${id}`,
    { op: "replace", path: 'emails[type eq "home"].value', value: "c@x" },
    { op: "replace", path: 'addresses[type eq "work"].locality', value: "Berlin" },
  );
  expect(body["emails"]).toEqual([emails[0], { value: "c@x", type: "home" }]);
  expect(body["addresses"]).toEqual([{ type: "work", streetAddress: "1", locality: "Berlin" }]);
});

clause("7644-3.5.2.3-h", "a filter that matches nothing is 400 noTarget", async ({ scim, user, read }) => {
  const anna = await user({ emails });
  for (const operation of [
    { op: "replace", path: 'emails[type eq "other"]', value: { value: "c@x" } },
    { op: "replace", path: 'emails[type eq "other"].value', value: "c@x" },
    { op: "replace", path: 'phoneNumbers[type eq "fax"].value', value: "1" },
  ])
    expect(await scim.patch(`/Users/${anna.id}`, operation)).toMatchObject({
      status: 400,
      body: { scimType: "noTarget" },
    });
  expect(await read(anna)).toEqual(anna);
});
