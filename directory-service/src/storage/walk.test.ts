import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
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
const x = { key: null, id: "x" };
const y = { key: "ada", id: "y" };
const rewind = (time: string) => pool.query("update list_walk set write_time = now() - $1::interval", [time]);

describe("a walk", () => {
  it("starts at the beginning and goes on exactly where a page ended", async () => {
    expect(await findStart(run, walk, 1)).toEqual({ after: undefined, offset: 0 });
    await sharePlace(run, walk, 101, x, 7);
    expect(await findStart(run, walk, 101)).toEqual({ after: x, offset: 0 });
  });

  it("counts from the nearest place before, and says how sure that is", async () => {
    await sharePlace(run, walk, 101, x, 7);
    await sharePlace(run, walk, 201, y, 8);
    expect(await findStart(run, walk, 151)).toEqual({ after: x, offset: 50, changes: 7 });
    expect(await findStart(run, walk, 1000)).toEqual({ after: y, offset: 799, changes: 8 });
    expect(await findStart(run, walk, 51)).toEqual({ after: undefined, offset: 50 });
    expect(await findStart(run, walk, 2 ** 31 + 500)).toMatchObject({ after: y });
  });

  it("goes on where the client last was, should it have started over", async () => {
    await sharePlace(run, walk, 101, x, 7);
    await sharePlace(run, walk, 101, y, 8);
    expect(await findStart(run, walk, 101)).toEqual({ after: y, offset: 0 });
  });

  it("is another for every account, token and query", async () => {
    await sharePlace(run, walk, 101, x, 7);
    for (const other of [
      walkOf({ accountId: "other", tokenId: "t" }, ["scim_user", ""]),
      walkOf({ accountId: "acme", tokenId: "u" }, ["scim_user", ""]),
      walkOf({ accountId: "acme", tokenId: "t" }, ["scim_user", "f"]),
      walkOf({ accountId: "acme", tokenId: "t" }, ["scim_user"]),
    ])
      expect(await findStart(run, other, 101)).toEqual({ after: undefined, offset: 100 });
  });

  it("is given up by a client that pauses for ten minutes, and forgotten", async () => {
    await sharePlace(run, walk, 101, x, 7);
    await rewind("9 minutes");
    await forgetWalks(pool);
    expect(await findStart(run, walk, 101)).toEqual({ after: x, offset: 0 });
    await rewind("11 minutes");
    expect(await findStart(run, walk, 101)).toEqual({ after: undefined, offset: 100 });
    await forgetWalks(pool);
    expect((await pool.query("select from list_walk")).rowCount).toBe(0);
  });
});
