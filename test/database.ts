import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** A database for one test or one test file. */
export interface TestDatabase {
  url: string;
  /** Removes it; whoever is still connected is thrown out. */
  drop(): Promise<void>;
}

/**
 * Makes a database on the run's PostgreSQL: a clone of a service's migrated
 * database, or an empty one. Names are random, so tests run side by side.
 */
export async function createTestDatabase(template?: "directory" | "token"): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await execute(server, `create database ${name} template ${template ? `template_${template}` : "template0"}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => execute(server, `drop database if exists ${name} with (force)`) };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
