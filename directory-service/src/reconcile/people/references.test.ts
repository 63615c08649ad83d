import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../../../test/reconcile-fixture.ts";

let directory: Fixture;
let count = 0;
const email = (name = "u") => `${name}${++count}@example.com`;

beforeAll(async () => {
  directory = await createFixture();
});
afterAll(() => directory.close());

describe("a person's organization", () => {
  it("is the one named, else the first group's, else the present one, else the account's own", async () => {
    const named = await directory.addOrganization("Named");
    const grouped = await directory.addOrganization("Grouped");
    await directory.addOrganization("Closed", true);
    const user = await directory.addUser({
      userName: email(),
      displayName: "A",
      enterprise: { organization: "Closed" },
    });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ organization_id: directory.organizationId });
    expect((await directory.executionOf(user))["warnings"]).toEqual(['No enabled organization has the name "Closed".']);
    const group = await directory.addGroup("grouped", [user]);
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ organization_id: grouped });
    await directory.changeUser(user, { enterprise: { organization: "NAMED" } });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ organization_id: named });
    await directory.rows("delete from scim_group_member where group_id = $1", group);
    await directory.changeUser(user, { enterprise: {} });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ organization_id: named });
  });

  it("is kept with a warning where the user leaves the group that had it", async () => {
    const kept = "The user has left a group and has no other organization; the present one is kept.";
    const organization = await directory.addOrganization("Left");
    const [leaver, neverIn] = [
      await directory.addUser({ userName: email(), displayName: "A" }),
      await directory.addUser({ userName: email(), displayName: "B" }),
    ];
    const group = await directory.addGroup("Left", [leaver]);
    const other = await directory.addGroup("Without organization", [leaver, neverIn]);
    await directory.reconcile();
    for (const [from, user] of [
      [other, leaver],
      [other, neverIn],
    ] as const) {
      await directory.removeMember(from, user);
      await directory.reconcile();
      expect((await directory.executionOf(user))["warnings"]).toEqual([]);
    }
    await directory.removeMember(group, leaver);
    await directory.reconcile();
    expect(await directory.personOf(leaver)).toMatchObject({ organization_id: organization });
    expect((await directory.executionOf(leaver))["warnings"]).toEqual([kept]);
  });
});

describe("a person's manager", () => {
  const manages = (id: string) => ({ enterprise: { manager: { value: id } } });

  it("is found in the same batch, and where it arrives after its report", async () => {
    const boss = await directory.addUser({ userName: email("boss") });
    const report = await directory.addUser({ userName: email(), displayName: "Report", ...manages(boss) });
    await directory.reconcile();
    expect(await directory.personOf(report)).toMatchObject({ manager_id: null });
    expect((await directory.executionOf(report))["warnings"]).toHaveLength(1);
    await directory.changeUser(boss, { displayName: "Boss" });
    await directory.reconcile();
    const person = await directory.personOf(boss);
    expect(await directory.personOf(report)).toMatchObject({ manager_id: person?.["id"] });
    expect(await directory.executionOf(report)).toMatchObject({ causes: ["manager_linked"] });

    const late = await directory.addUser({ userName: email(), displayName: "Late", ...manages(boss) });
    const chief = await directory.addUser({ userName: email(), displayName: "Chief" });
    await directory.changeUser(boss, manages(chief));
    await directory.reconcile();
    expect(await directory.personOf(late)).toMatchObject({ manager_id: person?.["id"] });
    expect(await directory.personOf(boss)).toMatchObject({ manager_id: (await directory.personOf(chief))?.["id"] });
  });

  it("is never the person, nor somebody below, nor somebody disabled", async () => {
    const top = await directory.addUser({ userName: email(), displayName: "Top" });
    const middle = await directory.addUser({ userName: email(), displayName: "Middle", ...manages(top) });
    const bottom = await directory.addUser({ userName: email(), displayName: "Bottom", ...manages(middle) });
    const gone = await directory.addUser({ userName: email(), displayName: "Gone", active: true });
    await directory.reconcile();
    const managerOf = async (id: string) => (await directory.personOf(id))?.["manager_id"];
    const middlesManager = await managerOf(middle);
    await directory.changeUser(top, manages(bottom));
    await directory.changeUser(bottom, manages(bottom));
    await directory.changeUser(gone, { active: false });
    await directory.reconcile();
    await directory.changeUser(middle, manages(gone));
    await directory.reconcile();
    expect(await managerOf(top)).toBeNull();
    expect(await managerOf(bottom)).toBe((await directory.personOf(middle))?.["id"]);
    expect(await managerOf(middle)).toBe(middlesManager);
    for (const id of [top, middle, bottom]) expect((await directory.executionOf(id))["warnings"]).toHaveLength(1);
  });

  it("is not made by two people of one batch who name each other", async () => {
    const one = await directory.addUser({ userName: email(), displayName: "One" });
    const two = await directory.addUser({ userName: email(), displayName: "Two", ...manages(one) });
    await directory.changeUser(one, manages(two));
    await directory.reconcile();
    const managers = [await directory.personOf(one), await directory.personOf(two)].map((p) => p?.["manager_id"]);
    expect(managers.filter((id) => id === null)).toHaveLength(1);
  });

  it("may swap places with somebody in one batch", async () => {
    const chief = await directory.addUser({ userName: email(), displayName: "Chief" });
    const one = await directory.addUser({ userName: email(), displayName: "One", ...manages(chief) });
    const two = await directory.addUser({ userName: email(), displayName: "Two", ...manages(one) });
    await directory.reconcile();
    // The one who is below so far comes first: by the stored chain it would be refused.
    await directory.changeUser(one, manages(two));
    await directory.changeUser(two, manages(chief));
    await directory.reconcile();
    const idOf = async (user: string) => (await directory.personOf(user))?.["id"];
    expect(await directory.personOf(one)).toMatchObject({ manager_id: await idOf(two) });
    expect(await directory.personOf(two)).toMatchObject({ manager_id: await idOf(chief) });
    expect((await directory.executionOf(one))["warnings"]).toEqual([]);
  });

  it("is set for those who named somebody while they were disabled, when they are enabled", async () => {
    const boss = await directory.addUser({ userName: email("boss"), displayName: "Boss", active: true });
    const before = await directory.addUser({ userName: email(), displayName: "Before", ...manages(boss) });
    const bystander = await directory.addUser({ userName: email(), displayName: "Bystander" });
    await directory.reconcile();
    await directory.changeUser(boss, { active: false });
    await directory.reconcile();
    const during = await directory.addUser({ userName: email(), displayName: "During", ...manages(boss) });
    await directory.reconcile();
    expect(await directory.personOf(during)).toMatchObject({ manager_id: null });
    const runs = async () =>
      (await directory.rows("select from execution where record_id = any($1)", [before, bystander])).length;
    const runsBefore = await runs();
    await directory.changeUser(boss, { active: true });
    await directory.reconcile();
    const { id } = (await directory.personOf(boss)) ?? {};
    expect(await directory.personOf(during)).toMatchObject({ manager_id: id });
    expect(await directory.executionOf(during)).toMatchObject({ causes: ["manager_linked"] });
    expect(await directory.personOf(before)).toMatchObject({ manager_id: id });
    expect(await runs()).toBe(runsBefore);
  });

  it("is found by an id in capitals, before and after its report", async () => {
    const boss = await directory.addUser({ userName: email("boss") });
    const early = await directory.addUser({ userName: email(), displayName: "Early", ...manages(boss.toUpperCase()) });
    await directory.reconcile();
    await directory.changeUser(boss, { displayName: "Boss" });
    await directory.reconcile();
    const late = await directory.addUser({ userName: email(), displayName: "Late", ...manages(boss.toUpperCase()) });
    await directory.reconcile();
    const { id } = (await directory.personOf(boss)) ?? {};
    for (const report of [early, late]) expect(await directory.personOf(report)).toMatchObject({ manager_id: id });
  });
});
