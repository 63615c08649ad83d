import { openDatabase } from "@rollcall/runtime/database";
import { v7 } from "uuid";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Directory, logger, startDirectory } from "../test/directory-service.ts";
import { migrations } from "./migrations.ts";
import { startRetention } from "./retention.ts";

let directory: Directory;

beforeAll(async () => {
  directory = await startDirectory("acme");
});
afterAll(() => directory?.stop());

it("removes the requests of more than 30 days ago, by the clock that it is given", async () => {
  const now = new Date("2030-05-31T12:00:00Z");
  const daysAgo = (days: number) => now.getTime() - days * 24 * 3_600_000;
  const times = [daysAgo(31), daysAgo(30) - 1, daysAgo(30), daysAgo(0)];
  for (const msecs of times)
    await directory.sql(
      `insert into scim_request (account_id, id, request_time, method, path, status, duration_us)
       values ('acme', $1, $2, 'GET', '/', 200, 1)`,
      v7({ msecs }),
      new Date(msecs),
    );
  const db = await openDatabase({ url: directory.url, entities: [], migrations, migrateCommand: "migrate" });
  const retention = startRetention({ db, logger, now: () => now });
  // The first round has begun, and stopping waits for its batch.
  await expect.poll(() => directory.sql("select from scim_request")).toHaveLength(2);
  await retention.stop();
  await db.close();
  const kept = await directory.sql("select request_time from scim_request order by id");
  expect(kept.map(({ request_time }) => (request_time as Date).getTime())).toEqual(times.slice(2));
});
