import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  APPLIED,
  type BrakeFixture,
  CONDITION_NOT_MET,
  createBrakeFixture,
  FAILED,
  HELD,
} from "../../../test/brake-fixture.ts";
import type { Row } from "../../../test/reconcile-fixture.ts";
import { markLastOwners } from "../../storage/members.ts";
import { onPool } from "../../storage/statement.ts";

let directory: BrakeFixture;
let users: string[];
let people: Row[];

beforeEach(async () => {
  directory = await createBrakeFixture();
  users = await directory.provision(40);
  people = await Promise.all(users.map(async (user) => (await directory.personOf(user)) as Row));
});
afterEach(() => directory.close());

const own = (index: number) => directory.addOwner(people[index]?.["id"]);
const disabled = async (index: number) => (await directory.personOf(users[index] as string))?.["disabled"];
const deactivate = async (...indexes: number[]) => {
  await directory.deactivate(indexes.map((index) => users[index] as string));
  await directory.reconcile();
};

describe("the account's last owner who is enabled", () => {
  it("is not disabled: the run fails as a whole and says so", async () => {
    await own(0);
    await directory.changeUser(users[0] as string, { active: false, title: "Former" });
    await directory.reconcile();
    expect(await directory.personOf(users[0] as string)).toEqual(people[0]);
    expect(await directory.executionOf(users[0] as string)).toMatchObject({
      outcome: FAILED,
      failed_rule: "SCIM user to person",
      failed_expression: "disabled",
      error: expect.stringMatching(/is the account's last owner/),
      person_id: people[0]?.["id"],
      changes: [],
    });
    expect(await directory.rows("select from dirty_record")).toEqual([]);
  });

  it("is the second of two who would be disabled at once", async () => {
    await own(0);
    await own(1);
    await deactivate(0, 1);
    expect([await disabled(0), await disabled(1)].toSorted()).toEqual([false, true]);
  });

  it("is the second of two who would be disabled one after the other", async () => {
    await own(0);
    await own(1);
    await deactivate(0);
    await deactivate(1);
    expect([await disabled(0), await disabled(1)]).toEqual([true, false]);
  });

  it("is not somebody beside whom another owner is enabled, even in the same batch", async () => {
    await own(0);
    await own(1);
    await deactivate(0);
    await directory.activate(users.slice(0, 1));
    await deactivate(1);
    expect([await disabled(0), await disabled(1)]).toEqual([false, true]);
  });

  it("counts only while enabled: of an account without an enabled owner anybody may be disabled", async () => {
    await own(0);
    await directory.rows("update person set disabled = true where id = $1", people[0]?.["id"]);
    await deactivate(0, 1);
    expect([await disabled(0), await disabled(1)]).toEqual([true, true]);
  });

  it("is disabled once another owner appears", async () => {
    await own(0);
    await deactivate(0);
    expect(await disabled(0)).toBe(false);
    await own(1);
    await markLastOwners(onPool(directory.db), directory.accountId, [people[1]?.["id"]]);
    expect(await directory.rows("select record_id, causes from dirty_record")).toEqual([
      { record_id: users[0], causes: ["owner_added"] },
    ]);
    await directory.reconcile();
    expect(await disabled(0)).toBe(true);
    expect((await directory.executionOf(users[0] as string))["outcome"]).toBe(APPLIED);
  });

  it("is disabled once rules enable another owner", async () => {
    await own(0);
    await own(1);
    await deactivate(1);
    await deactivate(0);
    expect([await disabled(0), await disabled(1)]).toEqual([false, true]);
    await directory.activate(users.slice(1, 2));
    await directory.reconcile();
    expect([await disabled(0), await disabled(1)]).toEqual([true, false]);
  });

  it("keeps a SCIM user that is not linked to it waiting for its e-mail only", async () => {
    const owner = await directory.addPerson({ name: "Owner", primaryEmail: "own@example.com" });
    await directory.addOwner(owner);
    const user = await directory.addUser({ userName: "own@example.com", displayName: "Former", active: false });
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({ outcome: FAILED, person_id: owner });
    await directory.changeEmail(owner, "other@example.com");
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({
      outcome: CONDITION_NOT_MET,
      causes: ["person_released"],
    });
  });

  it("is held with the others where the brake trips, and the one of them who is released last fails", async () => {
    await own(0);
    await own(1);
    // The first is disabled, the second is the last one: then the brake trips and restores the first.
    await deactivate(0);
    await deactivate(1);
    expect((await directory.executionOf(users[1] as string))["outcome"]).toBe(FAILED);
    await deactivate(...[...users.keys()].slice(2));
    expect(await directory.enabled()).toBe(40);
    expect((await directory.executionOf(users[1] as string))["outcome"]).toBe(HELD);
    await directory.release();
    await directory.reconcile();
    expect(await directory.enabled()).toBe(1);
    expect([await disabled(0), await disabled(1)].toSorted()).toEqual([false, true]);
  });
});
