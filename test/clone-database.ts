import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** A database for one test or one test file. */
export interface TestDatabase {
  url: string;
  /** Removes it; whoever is still connected is thrown out. */
  drop(): Promise<void>;
}

/**
 * Makes a database on a server: a clone of a service's migrated database, or an
 * empty one. Names are random, so tests run side by side.
 *
 * @param server - connection string of the server's database `postgres`
 */
export async function cloneDatabase(server: string, template?: "directory" | "token"): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await execute(server, `create database ${name} template ${template ? `template_${template}` : "template0"}`);
  const url = new URL(server);
  url.pathname = name;
  return {
    url: url.href,
    async drop() {
      await untilUnused(server, name);
      await execute(server, `drop database if exists ${name} with (force)`);
    },
  };
}

/** Lets connections that are closing do so: thrown out, they would report an error to nobody. */
async function untilUnused(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    const used = () => client.query("select from pg_stat_activity where datname = $1 limit 1", [name]);
    for (const deadline = performance.now() + 2_000; performance.now() < deadline; await sleep(20))
      if ((await used()).rows.length === 0) return;
  } finally {
    await client.end();
  }
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
