import { transaction } from "@rollcall/runtime/database";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture, logger } from "../../test/reconcile-fixture.ts";
import { reconcileBatch } from "./batch.ts";
import { clearDirtyRecords, nextDirtyRecords } from "./dirty.ts";
import { BATCH_SIZE } from "./mode.ts";

let directory: Fixture;

beforeEach(async () => {
  directory = await createFixture();
});
afterEach(() => directory.close());

/** Has the database do something whenever a person is inserted, until the trigger `refuse` is dropped. */
async function onInsertOfPerson(statement: string): Promise<void> {
  await directory.rows(`create function refuse() returns trigger language plpgsql as $$ begin ${statement}; end $$`);
  await directory.rows("create trigger refuse before insert on person for each row execute function refuse()");
}

describe("a batch", () => {
  it("goes on without a record that the database refuses", async () => {
    const users: string[] = [];
    for (const n of [1, 2, 3])
      users.push(await directory.addUser({ userName: `u${n}@example.com`, displayName: `U${n}` }));
    await directory.rows("alter table person add constraint poison check (name <> 'U2')");
    await directory.reconcile();
    const [first, poisoned, last] = users as [string, string, string];
    expect(await directory.personOf(first)).toMatchObject({ name: "U1" });
    expect(await directory.personOf(last)).toMatchObject({ name: "U3" });
    expect(await directory.personOf(poisoned)).toBeUndefined();
    expect(await directory.executionOf(poisoned)).toMatchObject({
      outcome: 4,
      rule_set_revision: 1,
      error: "The database refused what the rules would write.",
    });
    const [mapping] = await directory.rows(
      "select outcome, person_id from scim_user_mapping where scim_user_id = $1",
      poisoned,
    );
    expect(mapping).toEqual({ outcome: 4, person_id: null });
    expect(await directory.rows("select from dirty_record")).toHaveLength(0);
  });

  it("of 200 goes on without the one whose person the database refuses", async () => {
    const poisoned = 120;
    const users: string[] = [];
    for (let n = 0; n < BATCH_SIZE; n++) {
      const title = n === poisoned ? "poison" : `T${n}`;
      users.push(await directory.addUser({ userName: `u${n}@example.com`, displayName: `U${n}`, title }));
    }
    await directory.rows("alter table person add constraint poison check (job_title <> 'poison')");
    expect(await reconcileBatch(directory.db, directory.accountId, logger)).toBe(BATCH_SIZE);
    const executions = await directory.rows("select record_id, outcome, error from execution");
    expect(executions).toHaveLength(BATCH_SIZE);
    expect(executions.filter(({ outcome }) => outcome !== 1)).toEqual([
      { record_id: users[poisoned], outcome: 4, error: "The database refused what the rules would write." },
    ]);
    expect(await directory.rows("select from person")).toHaveLength(BATCH_SIZE - 1);
    expect(await directory.rows("select from dirty_record")).toHaveLength(0);
    await directory.changeUser(users[poisoned] as string, { title: "cured" });
    await directory.reconcile();
    expect(await directory.personOf(users[poisoned] as string)).toMatchObject({ job_title: "cured" });
  });

  it.each(["maps every record", "finds the one that breaks it"])(
    "%s once, though two processes are at it",
    async (what) => {
      const users: string[] = [];
      for (const n of [1, 2, 3, 4, 5, 6])
        users.push(await directory.addUser({ userName: `u${n}@example.com`, displayName: `U${n}` }));
      if (what === "finds the one that breaks it")
        await directory.rows("alter table person add constraint poison check (name <> 'U4')");
      await Promise.all([directory.reconcile(), directory.reconcile()]);
      const executions = await directory.rows("select record_id from execution");
      expect(executions.map(({ record_id }) => record_id).toSorted()).toEqual(users);
      expect(await directory.rows("select from dirty_record")).toHaveLength(0);
    },
  );

  it("leaves a record due that a client changes while it is mapped", async () => {
    const user = await directory.addUser({ userName: "u@example.com", displayName: "U" });
    await transaction(directory.db, async (tx) => {
      const taken = await nextDirtyRecords(tx, directory.accountId, BATCH_SIZE);
      await directory.changeUser(user, { displayName: "V" });
      await clearDirtyRecords(tx, directory.accountId, taken);
    });
    expect(await directory.rows("select record_id from dirty_record")).toEqual([{ record_id: user }]);
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ name: "V" });
    expect(await directory.rows("select from dirty_record")).toHaveLength(0);
  });

  it("moves an e-mail from one person to another", async () => {
    const one = await directory.addUser({ userName: "one@example.com", displayName: "One" });
    const two = await directory.addUser({ userName: "two@example.com", displayName: "Two" });
    await directory.reconcile();
    await directory.changeUser(one, { userName: "three@example.com" });
    await directory.changeUser(two, { userName: "one@example.com" });
    await directory.reconcile();
    expect(await directory.personOf(one)).toMatchObject({ primary_email: "three@example.com" });
    expect(await directory.personOf(two)).toMatchObject({ primary_email: "one@example.com" });
  });

  it("leaves a record that a client is changing right now on the list", async () => {
    const user = await directory.addUser({ userName: "busy@example.com", displayName: "Busy" });
    const client = await directory.db.pool.connect();
    try {
      await client.query("begin");
      await client.query("update dirty_record set generation = generation + 1 where record_id = $1", [user]);
      expect(await reconcileBatch(directory.db, directory.accountId, logger)).toBe(1);
      expect(await directory.personOf(user)).toMatchObject({ name: "Busy" });
      await client.query("commit");
    } finally {
      client.release();
    }
    expect(await directory.rows("select generation from dirty_record")).toEqual([{ generation: "2" }]);
    await directory.reconcile();
    expect(await directory.rows("select from dirty_record")).toHaveLength(0);
  });

  it.each([
    ["a lock that is not free in time", "raise sqlstate '55P03'"],
    ["what others do at the same time, again and again", "raise sqlstate '40001'"],
    ["a connection that is lost", "perform pg_terminate_backend(pg_backend_pid())"],
    ["a statement that is cancelled", "raise sqlstate '57014'"],
  ])("leaves no trace of %s, and its records are mapped the next time", async (_, statement) => {
    const user = await directory.addUser({ userName: "later@example.com", displayName: "Later" });
    await onInsertOfPerson(statement);
    await expect(directory.reconcile()).rejects.toThrow();
    expect(await directory.rows("select from execution")).toHaveLength(0);
    expect(await directory.rows("select from scim_user_mapping")).toHaveLength(0);
    expect(await directory.rows("select generation from dirty_record")).toEqual([{ generation: "1" }]);
    await directory.rows("drop trigger refuse on person");
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ name: "Later" });
    expect(await directory.rows("select outcome from execution")).toEqual([{ outcome: 1 }]);
  });

  it("is tried again at once where others were in its way", async () => {
    const user = await directory.addUser({ userName: "now@example.com", displayName: "Now" });
    await directory.rows("create sequence tries");
    await onInsertOfPerson("if nextval('tries') < 3 then raise sqlstate '40001'; end if; return new");
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ name: "Now" });
    expect(await directory.rows("select outcome from execution")).toEqual([{ outcome: 1 }]);
  });

  it("says so where no rules are published, and where they cannot be compiled", async () => {
    const user = await directory.addUser({ userName: "ruleless@example.com", displayName: "R" });
    await directory.rows("update rule_set set state = 3 where kind = 1");
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({ outcome: 3, rule_set_revision: 0 });
    const rules = [
      { name: "Broken", description: "", disabled: false, let: [], when: "user.titel == ''", set: [], onCreate: [] },
    ];
    await directory.rows(
      `insert into rule_set (account_id, kind, revision, state, rules, create_time, update_time, publish_time)
       values ($1, 1, 2, 2, $2, now(), now(), now())`,
      directory.accountId,
      JSON.stringify(rules),
    );
    await directory.mark(1, user);
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({
      outcome: 4,
      failed_rule: "Broken",
      failed_expression: "when",
      error: "when: user has no field titel.",
    });
  });

  it("keeps the trace id of the request and the causes", async () => {
    const user = await directory.addUser({ userName: "traced@example.com", displayName: "T" });
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await directory.rows(
      "update dirty_record set traceparent = $1, causes = '{created,updated}'",
      `00-${traceId}-b7ad6b7169203331-01`,
    );
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({ trace_id: traceId, causes: ["created", "updated"] });
  });
});
