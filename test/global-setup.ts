import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { type Postgres, startPostgres } from "../deploy/local/postgres.ts";
import { migrateDirectory } from "../directory-service/src/migrate.ts";
import { migrateToken } from "../token-service/src/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Connection string of the test server's database `postgres`. */
    postgresUrl: string;
  }
}

/** Starts one PostgreSQL for the whole run, in a folder of its own, with the migrated databases that tests clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "rollcall-test-"));
  const postgres = await startPostgres({ dataDir, durable: false });
  await Promise.all([
    makeTemplate(postgres, "template_directory", migrateDirectory),
    makeTemplate(postgres, "template_token", migrateToken),
  ]);
  project.provide("postgresUrl", postgres.url("postgres"));
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

async function makeTemplate(
  { url }: Postgres,
  name: string,
  migrate: (url: string) => Promise<unknown>,
): Promise<void> {
  await migrate(url(name));
  const client = new pg.Client({ connectionString: url("postgres") });
  await client.connect();
  // PostgreSQL clones a database only while nobody is connected to it.
  await client.query(`alter database ${name} with is_template true allow_connections false`);
  await client.end();
}
