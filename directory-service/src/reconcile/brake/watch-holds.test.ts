import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACTIVE, type BrakeFixture, createBrakeFixture, EXPIRED } from "../../../test/brake-fixture.ts";
import { watchHolds } from "./watch-holds.ts";

const HOUR_MS = 3_600_000;

let directory: BrakeFixture;
let began: number;
let lines: Record<string, unknown>[];
let scheduled: string[];

beforeEach(async () => {
  directory = await createBrakeFixture();
  const users = await directory.provision(30);
  await directory.deactivate(users);
  await directory.reconcile();
  const [hold] = await directory.rows("select extract(epoch from create_time) * 1000 as time from hold");
  began = Math.round(Number(hold?.["time"]));
  lines = [];
  scheduled = [];
});
afterEach(() => directory.close());

const logger = pino(
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  }),
);

/** Looks after the holds so long after the hold began. */
const watch = (hours: number) =>
  watchHolds({
    db: directory.db,
    logger,
    scheduleReconcile: (accountId) => scheduled.push(accountId),
    now: () => new Date(began + hours * HOUR_MS),
  });

describe("a hold that nobody decides on", () => {
  it("is reminded of day by day, by one replica each time, and expires after seven days", async () => {
    const reminders: number[] = [];
    for (let hour = 0; hour <= 167; hour++) {
      const before = lines.length;
      await Promise.all([watch(hour), watch(hour + 0.1)]);
      if (lines.length > before) reminders.push(hour);
      expect(lines.length - before).toBeLessThanOrEqual(1);
    }
    expect(reminders).toEqual([1, 24, 72, 144, 167]);
    expect(await directory.holds()).toMatchObject([{ state: ACTIVE, reminders: 5, version: "1" }]);
    expect(scheduled).toEqual([]);

    await Promise.all([watch(168), watch(168), watch(168)]);
    expect(await directory.holds()).toMatchObject([{ state: EXPIRED, end_token_id: null }]);
    expect(lines).toHaveLength(6);
    expect(scheduled).toEqual([directory.accountId]);
    await directory.reconcile();
    await directory.reprocess();
    await directory.reconcile();
    expect(await directory.enabled()).toBe(30);
    await watch(300);
    expect(lines).toHaveLength(6);
  }, 60_000);

  it("is reminded of once where nobody looked for days", async () => {
    await watch(100);
    await watch(101);
    expect(lines).toHaveLength(1);
  });

  it("is logged without personal data", async () => {
    await watch(1);
    const [hold] = await directory.holds();
    expect(lines).toMatchObject([{ account: directory.accountId, hold: hold?.["id"], people: 30 }]);
    expect(JSON.stringify(lines)).not.toMatch(/@|User \d/);
  });

  it("is reminded of no more once it has ended", async () => {
    await directory.discard();
    await watch(1);
    await watch(168);
    expect(lines).toEqual([]);
  });
});

it("what the brake counted is forgotten after an hour", async () => {
  await directory.discard();
  const [user] = await directory.provision(1, "other");
  await directory.deactivate([user as string]);
  await directory.reconcile();
  expect(await directory.rows("select from disablement")).toHaveLength(1);
  await watch(0.9);
  expect(await directory.rows("select from disablement")).toHaveLength(1);
  await watch(1.1);
  expect(await directory.rows("select from disablement")).toEqual([]);
});
