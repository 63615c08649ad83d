import { openDatabase } from "@rollcall/runtime/database";
import pg from "pg";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, type Directory, logger, newGroup, newUser, startDirectory } from "../test/directory-service.ts";
import { migrations } from "./migrations.ts";
import { startRetention } from "./retention.ts";
import { purgeExecutions } from "./storage/execution-retention.ts";

let directory: Directory;

beforeAll(async () => {
  directory = await startDirectory("acme");
});
afterAll(() => directory?.stop());

const now = new Date("2030-05-31T12:00:00Z");
const daysAgo = (days: number) => now.getTime() - days * 24 * 3_600_000;

/** One round of the retention, by a clock that stands at `now`. `done` tells when the round has come to its end. */
async function runRetention(done: () => Promise<boolean>): Promise<void> {
  const db = await openDatabase({ url: directory.url, entities: [], migrations, migrateCommand: "migrate" });
  const retention = startRetention({ db, logger, now: () => now });
  await expect.poll(done).toBe(true);
  await retention.stop();
  await db.close();
}

it("removes the requests of more than 30 days ago, by the clock that it is given", async () => {
  const times = [daysAgo(31), daysAgo(30) - 1, daysAgo(30), daysAgo(0)];
  for (const msecs of times)
    await directory.sql(
      `insert into scim_request (account_id, id, request_time, method, path, status, duration_us)
       values ('acme', $1, $2, 'GET', '/', 200, 1)`,
      v7({ msecs }),
      new Date(msecs),
    );
  await runRetention(async () => (await directory.sql("select from scim_request")).length === 2);
  const kept = await directory.sql("select request_time from scim_request order by id");
  expect(kept.map(({ request_time }) => (request_time as Date).getTime())).toEqual(times.slice(2));
});

describe("executions of more than 90 days ago", () => {
  const [APPLIED, NO_CHANGE, FAILED] = [1, 2, 4];
  let user: string;
  const execute = async (days: number, outcome: number | undefined, recordId = user, kind = 1) => {
    const id = v7({ msecs: daysAgo(days) });
    await directory.sql(
      `insert into execution (account_id, id, kind, record_id, causes, rule_set_revision, outcome, "values", changes,
         start_time, duration_us) values ('acme', $1, $2, $3, '{updated}', 1, $4, '{}', '[]', $5, 1)`,
      id,
      kind,
      recordId,
      outcome,
      new Date(daysAgo(days)),
    );
    return id;
  };
  const kept = async () => (await directory.sql("select id from execution order by id")).map(({ id }) => id);

  beforeEach(async () => {
    await directory.sql("delete from execution");
    const { id } = await directory.users.createScimUser(newUser(`${v7()}@example.com`), as("acme", "scim"));
    user = id;
  });

  it("go, but the latest of each record and those that failed", async () => {
    const group = (await directory.groups.createScimGroup(newGroup(v7()), as("acme", "scim"))).id;
    const failed = await execute(200, FAILED);
    const gone = [await execute(150, APPLIED), await execute(91, NO_CHANGE), await execute(91, APPLIED, group, 2)];
    const latest = await execute(91, NO_CHANGE);
    const latestOfGroup = await execute(91, APPLIED, group, 2);
    const young = [await execute(89, APPLIED), await execute(1, NO_CHANGE)];
    await directory.sql("insert into scim_user_mapping values ('acme', $1, null, 2, null, $2)", user, latest);
    await directory.sql("insert into scim_group_mapping values ('acme', $1, null, 1, null, $2)", group, latestOfGroup);
    await runRetention(async () => !(await kept()).includes(gone.at(-1)));
    expect(await kept()).toEqual([failed, latest, latestOfGroup, ...young].sort());
  });

  it("go but the one whose values a later one shares", async () => {
    const [shared, gone] = [await execute(150, APPLIED), await execute(120, APPLIED)];
    const latest = await execute(100, NO_CHANGE);
    await directory.sql("update execution set values_execution_id = $1 where id = $2", shared, latest);
    await directory.sql(
      "insert into scim_user_mapping (account_id, scim_user_id, outcome, execution_id) values ('acme', $1, 2, $2)",
      user,
      latest,
    );
    await runRetention(async () => !(await kept()).includes(gone));
    expect(await kept()).toEqual([shared, latest]);
  });

  it("go with those that failed, where the record was removed for good", async () => {
    await execute(100, FAILED);
    await directory.users.hardDeleteScimUser({ id: user }, as("acme", "owner"));
    await runRetention(async () => (await kept()).length === 0);
  });

  it("go in batches, past those that stay", async () => {
    const expected = [];
    for (let n = 0; n < 7; n++) {
      const { id } = await directory.users.createScimUser(newUser(`${v7()}@example.com`), as("acme", "scim"));
      await execute(120, NO_CHANGE, id);
      const latest = await execute(110, NO_CHANGE, id);
      await directory.sql("insert into scim_user_mapping values ('acme', $1, null, 2, null, $2)", id, latest);
      expected.push(latest);
    }
    const pool = new pg.Pool({ connectionString: directory.url, max: 1 });
    expect(await purgeExecutions(pool, new Date(daysAgo(90)), { batchSize: 3 })).toBe(7);
    expect(await purgeExecutions(pool, new Date(daysAgo(90)), { batchSize: 3 })).toBe(0);
    await pool.end();
    expect(await kept()).toEqual(expected.sort());
  });
});
