import { pathToFileURL } from "node:url";
import { migrate } from "@rollcall/runtime/database";
import { databaseUrl, readEnv } from "@rollcall/runtime/env";
import { runMigrations } from "graphile-worker";
import { migrations } from "./migrations.ts";

/**
 * Brings the directory's database to the current schema, the job queue's
 * included, and makes it where it is missing. Safe to run from any number of
 * processes at once. Answers the names of what it applied.
 */
export function migrateDirectory(url: string): Promise<string[]> {
  return migrate({ url, migrations }, (connectionString) => runMigrations({ connectionString }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { DATABASE_URL } = readEnv({ DATABASE_URL: databaseUrl });
  const applied = await migrateDirectory(DATABASE_URL);
  console.log(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is current.");
}
