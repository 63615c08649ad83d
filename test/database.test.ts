import pg from "pg";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "./database.ts";

describe("createTestDatabase", () => {
  it("gives every caller a database of its own and removes it", async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(first.url, "create table mine (id int)");
    expect(await query(second.url, "select to_regclass('mine') as found")).toEqual([{ found: null }]);

    const left = new pg.Client({ connectionString: first.url });
    left.on("error", () => {});
    await left.connect();
    await Promise.all([first.drop(), second.drop()]);
    await expect(query(first.url, "select 1")).rejects.toThrow("does not exist");
  });

  it.for(["directory", "token"] as const)("clones the migrated %s database", async (template, { expect }) => {
    const databases = await Promise.all([createTestDatabase(template), createTestDatabase(template)]);
    for (const { url } of databases) {
      const [row] = await query(url, "select count(*)::int as tables from pg_tables where schemaname = 'public'");
      expect(row).toEqual({ tables: expect.toSatisfy((tables: number) => tables > 1) });
    }
    await Promise.all(databases.map(({ drop }) => drop()));
  });

  async function query(connectionString: string, statement: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }
});
