import { migrate } from "@rollcall/runtime/database";
import { readDatabaseUrl } from "@rollcall/runtime/env";
import { runCommand } from "@rollcall/runtime/process";
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

if (import.meta.main)
  await runCommand("migrate", async () => {
    const applied = await migrateDirectory(readDatabaseUrl());
    return applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is current.";
  });
