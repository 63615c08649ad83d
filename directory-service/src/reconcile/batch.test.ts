import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture, logger } from "../../test/reconcile-fixture.ts";
import { reconcileBatch } from "./batch.ts";

let directory: Fixture;

beforeEach(async () => {
  directory = await createFixture();
});
afterEach(() => directory.close());

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

  it("passes on a fault that may pass and maps the records the next time", async () => {
    const user = await directory.addUser({ userName: "later@example.com", displayName: "Later" });
    await directory.rows(
      "create function refuse() returns trigger language plpgsql as $$ begin raise sqlstate '55P03'; end $$",
    );
    await directory.rows("create trigger refuse before insert on person for each row execute function refuse()");
    await expect(directory.reconcile()).rejects.toThrow();
    expect(await directory.rows("select from execution")).toHaveLength(0);
    await directory.rows("drop trigger refuse on person");
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ name: "Later" });
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
      "insert into rule_set values ($1, 1, 2, 2, $2, now())",
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
