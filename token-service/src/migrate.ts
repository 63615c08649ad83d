import { pathToFileURL } from "node:url";
import { migrate } from "@rollcall/runtime/database";
import { databaseUrl, readEnv } from "@rollcall/runtime/env";
import { migrations } from "./migrations.ts";

/**
 * Brings the token database to the current schema and makes it where it is
 * missing. Safe to run from any number of processes at once. Answers the names
 * of what it applied.
 */
export function migrateToken(url: string): Promise<string[]> {
  return migrate({ url, migrations });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { DATABASE_URL } = readEnv({ DATABASE_URL: databaseUrl });
  const applied = await migrateToken(DATABASE_URL);
  console.log(applied.length > 0 ? `Applied ${applied.join(", ")}.` : "The database is current.");
}
