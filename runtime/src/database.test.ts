import { Migration } from "@mikro-orm/migrations";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { type Database, migrate, openDatabase, prepared, transaction } from "./database.ts";

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
