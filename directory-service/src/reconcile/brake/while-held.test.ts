import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ACTIVE,
  APPLIED,
  type BrakeFixture,
  createBrakeFixture,
  HELD,
  NO_CHANGE,
  RESOLVED,
} from "../../../test/brake-fixture.ts";

const OUTCOME = "select outcome, error, person_id from scim_user_mapping where scim_user_id = $1";

let directory: BrakeFixture;

beforeEach(async () => {
  directory = await createBrakeFixture();
});
afterEach(() => directory.close());

describe("while a hold is in force", () => {
  let users: string[];
  beforeEach(async () => {
    users = await directory.provision(40);
    await directory.leave(users.slice(0, 30), 30);
    expect(await directory.holds()).toHaveLength(1);
  });

  it("the whole run of whoever would be disabled is held, and its execution says what it would change", async () => {
    const user = users[35] as string;
    const before = await directory.personOf(user);
    await directory.changeUser(user, { active: false, title: "Former", userName: "gone@example.com" });
    await directory.reconcile();
    expect(await directory.personOf(user)).toEqual(before);
    const [hold] = await directory.holds();
    expect(hold).toMatchObject({ version: "2" });
    const execution = await directory.executionOf(user);
    expect(execution).toMatchObject({ outcome: HELD, hold_id: hold?.["id"], person_id: before?.["id"] });
    expect(execution["changes"]).toEqual(
      expect.arrayContaining([
        { field: "disabled", before: false, after: true },
        { field: "job_title", before: null, after: "Former" },
      ]),
    );
    await directory.mark(1, user);
    await directory.reconcile();
    expect(await directory.held()).toHaveLength(31);
    expect(await directory.rows("select from execution where record_id = $1", user)).toHaveLength(3);
    expect(await directory.rows("select from dirty_record")).toEqual([]);
  });

  it("everything else goes on", async () => {
    await directory.changeUser(users[39] as string, { title: "Engineer" });
    const added = await directory.addUser({ userName: "new@example.com", displayName: "New" });
    await directory.reconcile();
    expect(await directory.personOf(users[39] as string)).toMatchObject({ job_title: "Engineer" });
    expect(await directory.personOf(added)).toMatchObject({ name: "New" });
  });

  it("who would be disabled no longer leaves the hold and is applied, and the last one resolves it", async () => {
    await directory.changeUser(users[0] as string, { active: true, title: "Back" });
    await directory.reconcile();
    expect(await directory.personOf(users[0] as string)).toMatchObject({ job_title: "Back", disabled: false });
    expect(await directory.held()).toHaveLength(29);
    await directory.activate(users.slice(1, 30));
    await directory.reconcile();
    expect(await directory.holds()).toMatchObject([{ state: RESOLVED, end_time: expect.anything() }]);
    expect((await directory.executionOf(users[0] as string))["outcome"]).toBe(APPLIED);
    await directory.leave(users.slice(0, 26), 1);
    expect(await directory.holds()).toMatchObject([{ state: RESOLVED }, { state: ACTIVE }]);
  });

  it("thresholds and a brake that is switched off change nothing about it", async () => {
    await directory.setBrake({ disabled: true, maxPeople: 1_000 });
    await directory.deactivate(users.slice(30));
    await directory.reconcile();
    expect(await directory.enabled()).toBe(40);
    expect(await directory.held()).toHaveLength(40);
  });

  it("a record that fails stays in it", async () => {
    await directory.publish("job_title", "string(1 / size(user.title))");
    await directory.reconcile();
    expect((await directory.executionOf(users[0] as string))["failed_expression"]).toBe("job_title");
    expect(await directory.held()).toHaveLength(30);
    expect(await directory.holds()).toMatchObject([{ state: ACTIVE }]);
  });

  it("a new SCIM user takes the person of a deleted one that is held over, which leaves the hold", async () => {
    const [first, second] = users.slice(38) as [string, string];
    await directory.deleteUser(first);
    await directory.deleteUser(second);
    await directory.reconcile();
    expect(await directory.held()).toHaveLength(32);
    const [person, other] = [await directory.personOf(first), await directory.personOf(second)];
    const successor = await directory.addUser({ userName: "user38@example.com", displayName: "Back" });
    const inactive = await directory.addUser({ userName: "user39@example.com", displayName: "Gone", active: false });
    await directory.reconcile();
    expect(await directory.personOf(successor)).toMatchObject({ id: person?.["id"], name: "Back", disabled: false });
    // One that would disable the person is held as it is, without a link.
    expect(await directory.personOf(inactive)).toBeUndefined();
    expect(await directory.personOf(second)).toEqual(other);
    const held = (await directory.held()).map(({ scim_user_id }) => scim_user_id);
    expect(held).toHaveLength(32);
    expect(held).not.toContain(first);
    expect(held).toEqual(expect.arrayContaining([second, inactive]));
    expect(await directory.executionOf(inactive)).toMatchObject({ outcome: HELD, person_id: other?.["id"] });
  });

  it("a SCIM user that waits for a person has it once its user is deleted, though that is held", async () => {
    const first = users[38] as string;
    const person = await directory.personOf(first);
    const waiting = await directory.addUser({
      userName: "waiting",
      displayName: "Waiting",
      emails: [{ value: "user38@example.com", primary: true }],
    });
    await directory.reconcile();
    expect((await directory.executionOf(waiting))["error"]).toContain("already linked");
    await directory.deleteUser(first);
    await directory.reconcile();
    expect(await directory.personOf(waiting)).toMatchObject({ id: person?.["id"], disabled: false });
    expect((await directory.held()).map(({ scim_user_id }) => scim_user_id)).not.toContain(first);
  });

  it("a deleted user that lost its person to a new one no longer says that it is held", async () => {
    const first = users[38] as string;
    await directory.deleteUser(first);
    await directory.reconcile();
    expect(await directory.rows(OUTCOME, first)).toMatchObject([{ outcome: HELD }]);
    await directory.addUser({ userName: "user38@example.com", displayName: "Back" });
    await directory.reconcile();
    expect(await directory.rows(OUTCOME, first)).toEqual([{ outcome: NO_CHANGE, error: null, person_id: null }]);
  });

  it("a SCIM user that is not linked leaves it once the person has another e-mail", async () => {
    const person = await directory.addPerson({ name: "By hand", primaryEmail: "hand@example.com" });
    const user = await directory.addUser({ userName: "hand@example.com", displayName: "Gone", active: false });
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({ outcome: HELD, person_id: person });
    await directory.changeEmail(person, "other@example.com");
    await directory.reconcile();
    expect(await directory.rows("select from held_record where scim_user_id = $1", user)).toEqual([]);
    expect((await directory.executionOf(user))["outcome"]).not.toBe(HELD);
  });

  it("an e-mail that somebody who is held would give up is still theirs", async () => {
    const user = users[36] as string;
    await directory.changeUser(user, { active: false, userName: "renamed@example.com" });
    const heir = await directory.addUser({ userName: "user36@example.com", displayName: "Heir" });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ primary_email: "user36@example.com" });
    expect(await directory.personOf(heir)).toBeUndefined();
    expect((await directory.executionOf(heir))["error"]).toContain("already linked");
  });

  it("somebody who is held is a manager as before", async () => {
    const boss = users[37] as string;
    const person = await directory.personOf(boss);
    await directory.changeUser(boss, { active: false });
    const report = await directory.addUser({
      userName: "report@example.com",
      displayName: "Report",
      enterprise: { manager: { value: boss } },
    });
    await directory.reconcile();
    expect(await directory.personOf(report)).toMatchObject({ manager_id: person?.["id"] });
  });
});
