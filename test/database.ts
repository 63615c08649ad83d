import { askRun } from "./ask-run.ts";
import { cloneDatabase, type TestDatabase } from "./clone-database.ts";

/** Makes a database on the run's PostgreSQL: a clone of a service's migrated database, or an empty one. */
export async function createTestDatabase(template?: "directory" | "token"): Promise<TestDatabase> {
  return cloneDatabase(await askRun("postgres"), template);
}

export type { TestDatabase };
