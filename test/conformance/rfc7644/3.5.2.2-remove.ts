import { expect } from "vitest";
import { ENTERPRISE, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

const emails = [
  { value: "a@x", type: "work", display: "A" },
  { value: "b@x", type: "home", display: "B" },
  { value: "c@x", type: "home" },
];

clause("7644-3.5.2.2-a", "without a path: 400 noTarget", async ({ scim, user, read }) => {
  const anna = await user({ title: "Engineer" });
  for (const operation of [{ op: "remove" }, { op: "remove", value: { title: "Engineer" } }])
    expect(await scim.patch(`/Users/${anna.id}`, operation)).toMatchObject({
      status: 400,
      body: { scimType: "noTarget" },
    });
  expect(await read(anna)).toEqual(anna);
});

clause(
  "7644-3.5.2.2-b",
  "a single value, a sub-attribute, a complex attribute, one of an extension",
  async ({ scim, user }) => {
    const { id } = await user({
      title: "Engineer",
      nickName: "Änni",
      name: { givenName: "Anna", familyName: "Ōkami" },
      [ENTERPRISE]: { department: "R&D", costCenter: "1" },
    });
    const first = await scim.patch(
      `/Users/${id}`,
      { op: "remove", path: "title" },
      { op: "remove", path: "name.familyName" },
      { op: "remove", path: `${ENTERPRISE}:department` },
    );
    expect(first.body).toMatchObject({
      nickName: "Änni",
      name: { givenName: "Anna" },
      [ENTERPRISE]: { costCenter: "1" },
    });
    expect(first.body).not.toHaveProperty("title");
    expect(first.body).not.toHaveProperty("name.familyName");
    expect(first.body).not.toHaveProperty([ENTERPRISE, "department"]);
    const second = await scim.patch(`/Users/${id}`, { op: "remove", path: "name" }, { op: "remove", path: ENTERPRISE });
    expect(second.body).not.toHaveProperty("name");
    expect(second.body).not.toHaveProperty([ENTERPRISE]);
    expect(second.body.schemas).toEqual([USER]);
  },
);

clause("7644-3.5.2.2-c", "a list loses all values", async ({ scim, user, group, read }) => {
  const anna = await user({ emails });
  const { body } = await scim.patch(`/Users/${anna.id}`, { op: "remove", path: "emails" });
  expect(body).not.toHaveProperty("emails");
  const sales = await group("Sales", anna);
  await scim.patch(`/Groups/${sales.id}`, { op: "remove", path: "members" });
  expect(await read(sales)).not.toHaveProperty("members");
});

clause("7644-3.5.2.2-d", "a filter takes what it matches and no more", async ({ scim, user, group, read }) => {
  const anna = await user({ emails });
  const { body } = await scim.patch(`/Users/${anna.id}`, {
    op: "remove",
    path: 'emails[type eq "home" and value eq "b@x"]',
  });
  expect(body["emails"]).toEqual([emails[0], emails[2]]);
  const [ben, cem] = [await user(), await user()];
  const sales = await group("Sales", anna, ben, cem);
  await scim.patch(`/Groups/${sales.id}`, { op: "remove", path: `members[value eq "${ben.id}"]` });
  const members = (await read(sales))["members"] as { value: string }[];
  expect(members.map(({ value }) => value).sort()).toEqual([anna.id, cem.id].sort());
});

clause("7644-3.5.2.2-e", "the last value gone, the attribute has none", async ({ scim, user }) => {
  const { id } = await user({ emails, name: { familyName: "Ōkami" } });
  const { body } = await scim.patch(
    `/Users/${id}`,
    { op: "remove", path: "emails[value pr]" },
    { op: "remove", path: "name.familyName" },
  );
  expect(body).not.toHaveProperty("emails");
  expect(body).not.toHaveProperty("name");
  for (const filter of ["emails pr", "name pr"])
    expect((await scim.get(`/Users?filter=${filter}`)).body.totalResults).toBe(0);
});

clause("7644-3.5.2.2-f", "a sub-attribute of what the filter matches", async ({ scim, user }) => {
  const { id } = await user({ emails });
  const { body } = await scim.patch(`/Users/${id}`, { op: "remove", path: 'emails[type eq "home"].display' });
  expect(body["emails"]).toEqual([emails[0], { value: "b@x", type: "home" }, { value: "c@x", type: "home" }]);
});

clause("7644-3.5.2.2-g", "required and readOnly attributes are 400 mutability", async ({ scim, user, group, read }) => {
  const anna = await user();
  const sales = await group("Sales", anna);
  const before = await read(anna);
  for (const path of ["userName", "id", "meta", "meta.created", "groups", "schemas"])
    expect(await scim.patch(`/Users/${anna.id}`, { op: "remove", path }), path).toMatchObject({
      status: 400,
      body: { scimType: "mutability" },
    });
  expect(await scim.patch(`/Groups/${sales.id}`, { op: "remove", path: "displayName" })).toMatchObject({
    status: 400,
    body: { scimType: "mutability" },
  });
  expect(await read(anna)).toEqual(before);
});
