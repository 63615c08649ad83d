import { migrate } from "@rollcall/runtime/database";
import { readDatabaseUrl } from "@rollcall/runtime/env";
import { runCommand } from "@rollcall/runtime/process";
import { migrations } from "./migrations.ts";

/**
 * Brings the token database to the current schema and makes it where it is
 * missing. Safe to run from any number of processes at once. Answers the names
 * of what it applied.
 */
export function migrateToken(url: string): Promise<string[]> {
  return migrate({ url, migrations });
}

if (import.meta.main)
  await runCommand("migrate", async () => {
    const applied = await migrateToken(readDatabaseUrl());
    return applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is current.";
  });
