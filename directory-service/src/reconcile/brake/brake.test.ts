import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACTIVE, type BrakeFixture, createBrakeFixture, HELD, RESOLVED } from "../../../test/brake-fixture.ts";

let directory: BrakeFixture;

beforeEach(async () => {
  directory = await createBrakeFixture();
});
afterEach(() => directory.close());

describe("an app that is un-assigned from a whole company", () => {
  it.each([
    [26, 1],
    [30, 1],
    [130, 1],
    [30, 30],
    [130, 130],
    [1_000, 1_000],
    [1_000, 50],
  ])(
    "leaves everybody of %i people enabled, deactivated in portions of %i",
    async (people, portion) => {
      const users = await directory.provision(people);
      await directory.leave(users, portion);
      expect(await directory.enabled()).toBe(people);
      expect(await directory.held()).toHaveLength(people);
      expect(await directory.holds()).toMatchObject([{ state: ACTIVE }]);
      expect(await directory.rows("select from dirty_record")).toEqual([]);
      const outcomes = await directory.rows("select distinct outcome from scim_user_mapping");
      expect(outcomes).toEqual([{ outcome: HELD }]);
    },
    60_000,
  );

  it("disables everybody of 25 people or fewer, unless the thresholds are lowered", async () => {
    await directory.leave(await directory.provision(25), 25);
    expect(await directory.enabled()).toBe(0);
    await directory.setBrake({ maxPeople: 2 });
    await directory.leave(await directory.provision(10, "small"), 1);
    expect(await directory.enabled()).toBe(10 + 25);
  });

  it("leaves everybody enabled where the users are deleted", async () => {
    const users = await directory.provision(40);
    for (const user of users) await directory.deleteUser(user);
    await directory.reconcile();
    expect(await directory.enabled()).toBe(40);
  });

  it("leaves everybody enabled where rules say so", async () => {
    await directory.provision(450);
    await directory.publish("disabled", "true");
    await directory.reconcile();
    expect(await directory.enabled()).toBe(450);
    expect(await directory.held()).toHaveLength(450);
    await directory.publish("disabled", "user.active == false");
    await directory.reconcile();
    expect(await directory.holds()).toMatchObject([{ state: RESOLVED, end_token_id: null }]);
    expect(await directory.enabled()).toBe(450);
  }, 60_000);

  it("leaves everybody enabled where they leave a group that the rules go by", async () => {
    const users = await directory.provision(30);
    const group = await directory.addGroup("Staff", users);
    await directory.publish("disabled", '!groups.exists(g, g.displayName == "Staff")');
    await directory.reconcile();
    for (const user of users) await directory.removeMember(group, user);
    await directory.reconcile();
    expect(await directory.enabled()).toBe(30);
    expect(await directory.held()).toHaveLength(30);
  });
});

describe("what trips the brake", () => {
  it("is what rules disable within an hour", async () => {
    const users = await directory.provision(60);
    await directory.leave(users.slice(0, 20), 20);
    await directory.rows("update disablement set disable_time = disable_time - interval '59 minutes'");
    await directory.leave(users.slice(20, 25), 1);
    expect(await directory.holds()).toEqual([]);
    await directory.leave(users.slice(25, 26), 1);
    expect(await directory.holds()).toMatchObject([{ people_disabled: "26", people_enabled: "60" }]);
    expect(await directory.enabled()).toBe(60);
  });

  it("is not what they disabled before", async () => {
    const users = await directory.provision(100);
    await directory.leave(users.slice(0, 20), 20);
    await directory.rows("update disablement set disable_time = disable_time - interval '1 hour'");
    await directory.leave(users.slice(20, 45), 1);
    expect(await directory.holds()).toEqual([]);
    expect(await directory.rows("select from disablement")).toHaveLength(25);
    expect(await directory.enabled()).toBe(55);
  });

  it("is not somebody who is disabled by hand, already, or from the beginning", async () => {
    const users = await directory.provision(40);
    const people = await Promise.all(users.slice(0, 10).map((user) => directory.personOf(user)));
    await directory.rows(
      "update person set disabled = true where id = any($1::uuid[])",
      people.map((person) => person?.["id"]),
    );
    await directory.leave(users.slice(0, 35), 35);
    expect(await directory.holds()).toEqual([]);
    await directory.publish("disabled", "user.active == false");
    for (let n = 0; n < 30; n++)
      await directory.addUser({ userName: `new${n}@example.com`, displayName: "New", active: false });
    await directory.reconcile();
    expect(await directory.holds()).toEqual([]);
  });

  it("is nothing where the brake is disabled, nor does that count later", async () => {
    const users = await directory.provision(60);
    await directory.setBrake({ disabled: true });
    await directory.leave(users.slice(0, 50), 10);
    expect(await directory.enabled()).toBe(10);
    await directory.setBrake({});
    await directory.leave(users.slice(50), 1);
    expect(await directory.holds()).toEqual([]);
    expect(await directory.enabled()).toBe(0);
  });

  it("is not who is enabled again in the same batch", async () => {
    const users = await directory.provision(30);
    for (const user of users) await directory.deleteUser(user);
    for (let n = 0; n < 30; n++) await directory.addUser({ userName: `user${n}@example.com`, displayName: "Back" });
    await directory.reconcile();
    expect(await directory.holds()).toEqual([]);
    expect(await directory.enabled()).toBe(30);
  });
});

describe("somebody whom rules had disabled when the brake trips", () => {
  it("is enabled again, and the record says why", async () => {
    const users = await directory.provision(30);
    await directory.leave(users.slice(0, 25), 1);
    const before = await directory.personOf(users[0] as string);
    expect(before).toMatchObject({ disabled: true });
    await directory.leave(users.slice(25, 26), 1);
    const [hold] = await directory.holds();
    const after = await directory.personOf(users[0] as string);
    expect(after).toMatchObject({ disabled: false, version: String(Number(before?.["version"]) + 1) });
    const execution = await directory.executionOf(users[0] as string);
    expect(execution).toMatchObject({
      outcome: HELD,
      causes: ["brake_tripped"],
      hold_id: hold?.["id"],
      person_id: after?.["id"],
      trace_id: "0af7651916cd43dd8448eb211c80319c",
      changes: [{ field: "disabled", before: true, after: false }],
      warnings: [],
    });
    expect(execution["error"]).toContain(hold?.["id"]);
    expect(after?.["origins"].find(({ fields }: { fields: string[] }) => fields.includes("disabled"))).toMatchObject({
      executionId: execution["id"],
      rule: "",
    });
    expect(await directory.rows("select * from scim_user_mapping where scim_user_id = $1", users[0])).toMatchObject([
      { outcome: HELD, execution_id: execution["id"], error: execution["error"], person_id: after?.["id"] },
    ]);
    const held = await directory.held();
    expect(held.filter(({ restored }) => restored)).toHaveLength(25);
    expect(held.find(({ restored }) => !restored)).toMatchObject({ scim_user_id: users[25] });
    expect(await directory.rows("select from disablement")).toEqual([]);
  });

  it("stays disabled where somebody did it by hand meanwhile", async () => {
    const users = await directory.provision(30);
    await directory.leave(users.slice(0, 10), 10);
    await directory.activate(users.slice(0, 1));
    await directory.reconcile();
    await directory.rows(
      "update person set disabled = true where id = $1",
      (await directory.personOf(users[0] as string))?.["id"],
    );
    await directory.leave(users.slice(1), 29);
    expect(await directory.enabled()).toBe(29);
    expect(await directory.personOf(users[0] as string)).toMatchObject({ disabled: true });
  });

  it("is applied what the client says in the very batch that trips it", async () => {
    const users = await directory.provision(40);
    await directory.leave(users.slice(0, 20), 20);
    await directory.activate(users.slice(0, 1));
    await directory.changeUser(users[1] as string, { title: "Engineer" });
    await directory.deactivate(users.slice(20));
    await directory.reconcile();
    expect(await directory.enabled()).toBe(40);
    const held = (await directory.held()).map(({ scim_user_id }) => scim_user_id);
    expect(held.toSorted()).toEqual(users.slice(1).toSorted());
    expect(await directory.personOf(users[1] as string)).toMatchObject({ disabled: false, job_title: null });
    expect((await directory.held()).find(({ scim_user_id }) => scim_user_id === users[1])).toMatchObject({
      restored: true,
    });
  });

  it("can be found as a manager again", async () => {
    const users = await directory.provision(30);
    const boss = users[0] as string;
    await directory.leave([boss], 1);
    const report = await directory.addUser({
      userName: "report@example.com",
      displayName: "Report",
      enterprise: { manager: { value: boss } },
    });
    await directory.reconcile();
    expect(await directory.personOf(report)).toMatchObject({ manager_id: null });
    await directory.leave(users.slice(1), 29);
    const person = await directory.personOf(boss);
    expect(person).toMatchObject({ disabled: false });
    expect(await directory.personOf(report)).toMatchObject({ manager_id: person?.["id"] });
  });
});

it("a rehearsal holds nobody and counts nothing", async () => {
  const users = await directory.provision(30);
  await directory.deactivate(users);
  const { reconcileBatch } = await import("../batch.ts");
  const { logger } = await import("../../../test/reconcile-fixture.ts");
  const mode = { ...(await import("../mode.ts")).LIVE, rehearsal: true };
  while ((await reconcileBatch(directory.db, directory.accountId, logger, mode)) > 0);
  expect(await directory.enabled()).toBe(0);
  expect(await directory.holds()).toEqual([]);
  expect(await directory.rows("select from disablement")).toEqual([]);
});
