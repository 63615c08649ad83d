import pg from "pg";
import { type Postgres, startPostgres } from "../deploy/local/postgres.ts";
import { migrateDirectory } from "../directory-service/src/migrate.ts";
import { migrateToken } from "../token-service/src/migrate.ts";
import type { Started } from "./on-demand.ts";

/** Starts the run's PostgreSQL in a folder of its own, with the migrated databases that tests clone. */
export async function startTestPostgres(dataDir: string): Promise<Started<string>> {
  const postgres = await startPostgres({ dataDir, durable: false });
  try {
    await Promise.all([
      makeTemplate(postgres, "template_directory", migrateDirectory),
      makeTemplate(postgres, "template_token", migrateToken),
    ]);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return {
    description: postgres.url("postgres"),
    failed: postgres.exited.then(() => new Error("the server is gone.")),
    stop: postgres.stop,
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
