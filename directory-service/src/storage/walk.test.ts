import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { orderBy, type Place } from "./sort-order.ts";
import type { Run } from "./statement.ts";
import { findStart, forgetWalks, sharePlace, walkOf } from "./walk.ts";

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase("directory");
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});
beforeEach(() => pool.query("truncate list_walk"));

const run: Run = async (statement, values) => (await pool.query({ ...statement, values })).rows;
const walk = walkOf({ accountId: "acme", tokenId: "t" }, ["scim_user", ""]);
const BY_ID = orderBy(undefined, false);
const place = (n: number, key: string | null = null): Place => ({ key, id: `00000000-0000-7000-8000-00000000000${n}` });
const x = place(1);
const y = place(2);
const rewind = (time: string) => pool.query("update list_walk set write_time = now() - $1::interval", [time]);

describe("a walk", () => {
  it("starts at the beginning and goes on exactly where a page ended", async () => {
    expect(await findStart(run, walk, 1)).toEqual({ after: undefined, offset: 0 });
    await sharePlace(run, walk, 101, x, 7, BY_ID);
    expect(await findStart(run, walk, 101)).toEqual({ after: x, offset: 0 });
  });

  it("counts from the nearest place before, and says how sure that is", async () => {
    await sharePlace(run, walk, 101, x, 7, BY_ID);
    await sharePlace(run, walk, 201, y, 8, BY_ID);
    expect(await findStart(run, walk, 151)).toEqual({ after: x, offset: 50, changes: 7 });
    expect(await findStart(run, walk, 1000)).toEqual({ after: y, offset: 799, changes: 8 });
    expect(await findStart(run, walk, 51)).toEqual({ after: undefined, offset: 50 });
    expect(await findStart(run, walk, 2 ** 31 + 500)).toMatchObject({ after: y });
  });

  it("keeps the earlier of two places while it is fresh, and its time", async () => {
    await sharePlace(run, walk, 101, x, 7, BY_ID);
    await rewind("9 minutes");
    await sharePlace(run, walk, 101, y, 8, BY_ID);
    expect(await findStart(run, walk, 101)).toEqual({ after: x, offset: 0 });
    await rewind("11 minutes");
    await sharePlace(run, walk, 101, y, 9, BY_ID);
    expect(await findStart(run, walk, 101)).toEqual({ after: y, offset: 0 });
    await rewind("9 minutes");
    await sharePlace(run, walk, 101, x, 10, BY_ID);
    expect(await findStart(run, walk, 101)).toEqual({ after: x, offset: 0 });
    const { rows } = await pool.query("select from list_walk where write_time < now() - interval '8 minutes'");
    expect(rows).toHaveLength(1);
  });

  it.each([
    ["id", undefined, [place(1), place(2)]],
    ["text by code point", "text", [place(5, "Z"), place(4, "a"), place(3, "\uffff"), place(2, "😀"), place(1)]],
    ["number", "number", [place(2, "9"), place(1, "10"), place(3)]],
    ["boolean", "boolean", [place(2, "false"), place(1, "true"), place(3)]],
    ["time", "instant", [place(2, "2024-01-02T03:04:05.678901Z"), place(1, "2024-01-02T03:04:05.678902Z"), place(3)]],
  ] as const)("knows which of two places by %s is the earlier one", async (_, type, places) => {
    for (const descending of [false, true]) {
      const order = orderBy(type, descending);
      const sorted = descending ? places.toReversed() : places;
      const ties = type ? [place(7, "1"), place(8, "1")].filter(() => type !== "instant") : [];
      for (const [first, second] of [...sorted.slice(1).map((after, n) => [sorted[n], after]), ties]) {
        if (!first || !second) continue;
        for (const pair of [
          [first, second],
          [second, first],
        ] as const) {
          await pool.query("truncate list_walk");
          for (const place of pair) await sharePlace(run, walk, 101, place, 7, order);
          expect(await findStart(run, walk, 101), JSON.stringify([order, pair])).toEqual({ after: first, offset: 0 });
        }
      }
    }
  });

  it("is another for every account, token and query", async () => {
    await sharePlace(run, walk, 101, x, 7, BY_ID);
    for (const other of [
      walkOf({ accountId: "other", tokenId: "t" }, ["scim_user", ""]),
      walkOf({ accountId: "acme", tokenId: "u" }, ["scim_user", ""]),
      walkOf({ accountId: "acme", tokenId: "t" }, ["scim_user", "f"]),
      walkOf({ accountId: "acme", tokenId: "t" }, ["scim_user"]),
    ])
      expect(await findStart(run, other, 101)).toEqual({ after: undefined, offset: 100 });
  });

  it("is given up by a client that pauses for twenty minutes, and forgotten", async () => {
    await sharePlace(run, walk, 101, x, 7, BY_ID);
    await rewind("19 minutes");
    await forgetWalks(pool);
    expect(await findStart(run, walk, 101)).toEqual({ after: x, offset: 0 });
    await rewind("21 minutes");
    expect(await findStart(run, walk, 101)).toEqual({ after: undefined, offset: 100 });
    await forgetWalks(pool);
    expect((await pool.query("select from list_walk")).rowCount).toBe(0);
  });
});
