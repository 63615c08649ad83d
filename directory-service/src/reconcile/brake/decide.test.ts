import { transaction } from "@rollcall/runtime/database";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ACTIVE,
  APPLIED,
  type BrakeFixture,
  createBrakeFixture,
  DISCARDED,
  HELD,
  NO_CHANGE,
  RELEASED,
  RESOLVED,
} from "../../../test/brake-fixture.ts";
import { reasonOf } from "../../../test/directory-service.ts";
import { leaveHoldForGood } from "../../storage/held-records.ts";
import { inTransaction } from "../../storage/statement.ts";
import { beforeDisabledChanges } from "./by-hand.ts";
import { releaseHold } from "./decide.ts";

let directory: BrakeFixture;
/** Of 40 people whose users are active but for the first 30. */
let users: string[];

beforeEach(async () => {
  directory = await createBrakeFixture();
  users = await directory.provision(40);
  await directory.deactivate(users.slice(0, 30));
  await directory.reconcile();
  expect(await directory.enabled()).toBe(40);
});
afterEach(() => directory.close());

const outcomeOf = async (user: string | undefined) => (await directory.executionOf(user as string))["outcome"];

describe("a hold that is released", () => {
  it("has everybody disabled, for the requests that said so, and that is not counted", async () => {
    await directory.release();
    expect(await directory.holds()).toMatchObject([{ state: RELEASED, end_token_id: "owner" }]);
    await directory.reconcile();
    expect(await directory.enabled()).toBe(10);
    expect(await directory.executionOf(users[0] as string)).toMatchObject({
      outcome: APPLIED,
      causes: ["hold_released"],
      hold_id: null,
      trace_id: "0af7651916cd43dd8448eb211c80319c",
    });
    expect(await directory.rows("select from disablement")).toEqual([]);
    expect(await directory.rows("select from dirty_record")).toEqual([]);
    expect(await directory.held()).toHaveLength(30);
  });

  it("lets changes that come meanwhile be what they are", async () => {
    await directory.release();
    await directory.activate(users.slice(0, 1));
    await directory.changeUser(users[1] as string, { title: "Former" });
    await directory.deactivate(users.slice(30));
    await directory.reconcile();
    expect(await directory.personOf(users[0] as string)).toMatchObject({ disabled: false });
    expect(await directory.personOf(users[1] as string)).toMatchObject({ disabled: true, job_title: "Former" });
    expect(await directory.enabled()).toBe(1);
    expect(await directory.holds()).toHaveLength(1);
  });

  it("is followed by another one where more would be disabled", async () => {
    const more = await directory.provision(60, "more");
    await directory.release();
    await directory.reconcile();
    expect(await directory.enabled()).toBe(70);
    await directory.deactivate(more);
    await directory.reconcile();
    expect(await directory.enabled()).toBe(70);
    expect(await directory.holds()).toMatchObject([{ state: RELEASED }, { state: ACTIVE, people_enabled: "70" }]);
    // What the first one released stays disabled, whatever becomes due.
    await directory.reprocess();
    await directory.reconcile();
    expect(await directory.enabled()).toBe(70);
    expect(await directory.held()).toHaveLength(60);
  });

  it("passes the brake even where another one has tripped before it is done", async () => {
    const more = await directory.provision(60, "more");
    await directory.release();
    await directory.rows("update dirty_record set mark_time = mark_time + interval '1 hour'");
    await directory.deactivate(more);
    await directory.reconcile();
    expect(await directory.holds()).toMatchObject([{ state: RELEASED }, { state: ACTIVE }]);
    expect(await directory.enabled()).toBe(70);
    expect(await directory.personOf(users[0] as string)).toMatchObject({ disabled: true });
  });

  it("in part goes on for the others", async () => {
    await directory.release(users.slice(0, 2));
    await directory.reconcile();
    expect(await directory.enabled()).toBe(38);
    expect(await directory.held()).toHaveLength(28);
    expect(await directory.holds()).toMatchObject([{ state: ACTIVE, version: "2", end_time: null }]);
    await directory.release(users.slice(2, 30));
    await directory.reconcile();
    expect(await directory.enabled()).toBe(10);
    expect(await directory.holds()).toMatchObject([{ state: RELEASED, end_token_id: "owner" }]);
  });

  it("in part must have the SCIM users, else nothing is released", async () => {
    const strange = ["0191f0a5-0000-7000-8000-000000000001", "nonsense", users[35] as string];
    for (const id of strange)
      expect(await reasonOf(directory.release([users[0] as string, id]))).toBe("SCIM_USER_NOT_FOUND");
    expect(await directory.rows("select from dirty_record")).toEqual([]);
    expect(await directory.held()).toHaveLength(30);
  });

  it("is released whole or not at all", async () => {
    const [hold] = await directory.holds();
    const crash = transaction(directory.db, async (tx) => {
      const decision = { tokenId: "owner", now: new Date(), scimUserIds: [] };
      await releaseHold(tx, directory.accountId, hold?.["id"], decision);
      throw new Error("the process ends");
    });
    await expect(crash).rejects.toThrow("the process ends");
    expect(await directory.holds()).toMatchObject([{ state: ACTIVE }]);
    expect(await directory.rows("select from dirty_record")).toEqual([]);
  });
});

describe("a hold that is discarded", () => {
  beforeEach(async () => {
    await directory.changeUser(users[0] as string, { title: "Former" });
    await directory.reconcile();
    await directory.discard();
    await directory.reconcile();
  });

  it("leaves everybody enabled, and everything else is applied", async () => {
    expect(await directory.holds()).toMatchObject([{ state: DISCARDED, end_token_id: "owner" }]);
    expect(await directory.enabled()).toBe(40);
    expect(await directory.personOf(users[0] as string)).toMatchObject({ job_title: "Former", disabled: false });
    expect(await directory.executionOf(users[0] as string)).toMatchObject({
      outcome: APPLIED,
      causes: ["hold_discarded"],
      warnings: [expect.stringContaining("stays enabled until the SCIM user changes")],
    });
    expect(await outcomeOf(users[1])).toBe(NO_CHANGE);
  });

  it("leaves them so whatever makes them due", async () => {
    await directory.reprocess();
    await directory.reconcile();
    await directory.publish("job_title", '"Employee"');
    await directory.reconcile();
    expect(await directory.enabled()).toBe(40);
    expect(await directory.holds()).toHaveLength(1);
    expect(await directory.personOf(users[1] as string)).toMatchObject({ job_title: "Employee" });
  });

  it("counts no more where the client changes the record, which the brake judges anew", async () => {
    await directory.changeUser(users[0] as string, { title: "Gone" });
    await directory.reconcile();
    expect(await directory.personOf(users[0] as string)).toMatchObject({ disabled: true, job_title: "Gone" });
    for (const user of users.slice(1, 30)) await directory.changeUser(user, { title: "Gone" });
    await directory.reconcile();
    expect(await directory.enabled()).toBe(40);
    expect(await directory.holds()).toMatchObject([{ state: DISCARDED }, { state: ACTIVE }]);
    expect(await directory.held()).toHaveLength(30);
  });

  it("counts no more where the record would disable nobody meanwhile", async () => {
    await directory.publish("disabled", "false");
    await directory.reconcile();
    expect(await directory.rows("select from scim_user_mapping where kept_enabled_version is not null")).toEqual([]);
    await directory.publish("disabled", "user.userName == 'user1@example.com' ? true : null");
    await directory.reconcile();
    expect(await directory.enabled()).toBe(39);
  });

  it("does not enable who is disabled by hand later", async () => {
    const person = await directory.personOf(users[1] as string);
    await directory.rows("update person set disabled = true where id = $1", person?.["id"]);
    await directory.reprocess();
    await directory.reconcile();
    expect(await directory.enabled()).toBe(39);
  });
});

describe("a hold that has ended", () => {
  it("can be decided on no more", async () => {
    await directory.release();
    expect(await reasonOf(directory.release())).toBe("HOLD_NOT_ACTIVE");
    expect(await reasonOf(directory.discard())).toBe("HOLD_NOT_ACTIVE");
  });

  it("was released or discarded, never both", async () => {
    const outcomes = await Promise.allSettled([directory.release(), directory.discard(), directory.discard()]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await directory.reconcile();
    const [hold] = await directory.holds();
    expect(await directory.enabled()).toBe(hold?.["state"] === RELEASED ? 10 : 40);
    expect(hold?.["version"]).toBe("2");
  });
});

describe("somebody leaves a hold", () => {
  const removed = (user: string | undefined) =>
    transaction(directory.db, (tx) =>
      leaveHoldForGood(inTransaction(tx), directory.accountId, user as string, new Date()),
    );

  it("where the SCIM user is removed for good, and nobody else is disabled for it", async () => {
    await removed(users[0]);
    expect(await directory.held()).toHaveLength(29);
    for (const user of users.slice(1, 30)) await removed(user);
    expect(await directory.holds()).toMatchObject([{ state: RESOLVED }]);
    expect(await directory.enabled()).toBe(40);
  });

  it("where the person is disabled by hand", async () => {
    const person = await directory.personOf(users[0] as string);
    await transaction(directory.db, (tx) =>
      beforeDisabledChanges(tx, directory.accountId, person?.["id"], { disabled: true, now: new Date() }),
    );
    expect(await directory.held()).toHaveLength(29);
    expect(await directory.holds()).toMatchObject([{ state: ACTIVE, version: "2" }]);
  });
});

it("nothing of a person is counted or taken back once somebody has enabled it by hand", async () => {
  await directory.release();
  await directory.reconcile();
  const [user] = users.slice(30) as [string];
  await directory.deactivate([user]);
  await directory.reconcile();
  const person = await directory.personOf(user);
  expect(person).toMatchObject({ disabled: true });
  await transaction(directory.db, (tx) =>
    beforeDisabledChanges(tx, directory.accountId, person?.["id"], { disabled: false, now: new Date() }),
  );
  expect(await directory.rows("select from disablement")).toEqual([]);
  expect(await outcomeOf(user)).not.toBe(HELD);
});
