import { Migration } from "@mikro-orm/migrations";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { type Database, migrate, openDatabase, openSession, prepared, transaction } from "./database.ts";

class Migration0001 extends Migration {
  override up(): void {
    this.addSql("create table thing (id integer primary key)");
  }
}

const migrations = [{ name: "0001", class: Migration0001 }];
const options = { entities: [], migrations, migrateCommand: "node migrate.ts" };

let test: TestDatabase;
let db: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  await expect(openDatabase({ ...options, url: test.url })).rejects.toThrow(
    "The database lacks 0001. Run `node migrate.ts` first.",
  );
  // Three at once: one does the work, the others find it done.
  const applied = await Promise.all([1, 2, 3].map(() => migrate({ url: test.url, migrations })));
  expect(applied.flat()).toEqual(["0001"]);
  db = await openDatabase({ ...options, url: test.url, poolSize: 2 });
});

afterAll(async () => {
  await db?.close();
  await test?.drop();
});

describe("transaction", () => {
  it("gives its connection back where the connection is lost, so that the pool does not shrink", async () => {
    const admin = new pg.Client({ connectionString: test.url });
    await admin.connect();
    const lose = () =>
      transaction(db, async (tx) => {
        const query = (sql: string, values: unknown[] = []) =>
          tx.getConnection().execute<{ pid: number }[]>(sql, values, "all", tx.getTransactionContext());
        const [row] = await query("select pg_backend_pid() as pid");
        await admin.query("select pg_terminate_backend($1)", [row?.pid]);
        await query("select 1");
      });
    for (let loss = 0; loss < 2; loss++) await expect(lose()).rejects.toThrow();
    await admin.end();
    await expect.poll(() => db.pool.totalCount - db.pool.idleCount, { timeout: 5_000 }).toBe(0);
    expect(await prepared(db.pool, { name: "one", text: "select 1 as one" }, [])).toEqual([{ one: 1 }]);
  });

  it("keeps nothing of work that throws", async () => {
    const work = transaction(db, async (tx) => {
      await tx.getConnection().execute("insert into thing values (1)", [], "run", tx.getTransactionContext());
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    expect(await prepared(db.pool, { name: "things", text: "select * from thing" }, [])).toEqual([]);
  });
});

describe("a session", () => {
  const open = (settings: Record<string, string> = {}) =>
    openSession({ url: test.url, statementTimeoutMs: 10_000, settings });

  it("is one connection with settings of its own, in which transactions see the same temporary tables", async () => {
    const session = await open({ default_transaction_read_only: "on", application_name: "rollcall.test" });
    await session.pool.query("begin read write");
    await session.pool.query("create temporary table mine as select 1 as one");
    await session.pool.query("commit");
    const ask = (sql: string) =>
      transaction(session, (tx) => tx.getConnection().execute(sql, [], "all", tx.getTransactionContext()));
    expect(await ask("select one from mine")).toEqual([{ one: 1 }]);
    await expect(ask("insert into thing values (2)")).rejects.toThrow("read-only transaction");
    expect(await ask("update mine set one = 2 returning one")).toEqual([{ one: 2 }]);
    const { rows } = await db.pool.query("select application_name as name from pg_stat_activity where pid = $1", [
      session.pid,
    ]);
    expect(rows).toEqual([{ name: "rollcall.test" }]);
    await session.close();
    const gone = async () =>
      (await db.pool.query("select from pg_stat_activity where pid = $1", [session.pid])).rowCount;
    await expect.poll(gone, { timeout: 5_000 }).toBe(0);
  });

  it("that is lost is not opened again, where its tables would be missing", async () => {
    const session = await open();
    await session.pool.query("create temporary table mine as select 1 as one");
    expect(session.lost).toBe(false);
    await db.pool.query("select pg_terminate_backend($1)", [session.pid]);
    await expect.poll(() => session.lost, { timeout: 5_000 }).toBe(true);
    await expect(session.pool.query("select 1")).rejects.toThrow();
    await expect(transaction(session, async () => {})).rejects.toThrow();
    await session.close();
  });
});
