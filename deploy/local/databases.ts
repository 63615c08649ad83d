import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compileCache } from "./stack-environment.ts";
import { StartError } from "./start-error.ts";

/** Connection strings of the services' databases. */
export interface DatabaseUrls {
  directory: string;
  token: string;
}

/**
 * The databases that DIRECTORY_DATABASE_URL and TOKEN_DATABASE_URL name, in
 * place of the embedded PostgreSQL. Undefined where neither is set.
 *
 * @throws StartError where only one is set
 */
export function databaseUrlsOf(env: Record<string, string | undefined>): DatabaseUrls | undefined {
  const { DIRECTORY_DATABASE_URL: directory, TOKEN_DATABASE_URL: token } = env;
  if (!directory && !token) {
    return undefined;
  }
  if (!directory || !token) {
    const [set, missing] = directory
      ? ["DIRECTORY_DATABASE_URL", "TOKEN_DATABASE_URL"]
      : ["TOKEN_DATABASE_URL", "DIRECTORY_DATABASE_URL"];
    throw new StartError(`${set} is set and ${missing} is not: set both, or neither for the embedded PostgreSQL.`);
  }
  return { directory, token };
}

/**
 * Runs a service's `migrate` command, as production does: it makes the database
 * where it is missing and brings it to the current schema. A process of its
 * own, so that it can be stopped at any moment and both databases are done at
 * once.
 *
 * @param log - file for its output
 * @param signal - stops it
 * @throws StartError with the end of its output
 */
export async function migrateDatabase(
  service: "directory-service" | "token-service",
  url: string,
  log: string,
  signal: AbortSignal,
): Promise<void> {
  const output = await open(log, "w", 0o600);
  const command = fileURLToPath(new URL(`../../${service}/src/migrate.ts`, import.meta.url));
  const { PATH, NODE_COMPILE_CACHE = compileCache } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, DATABASE_URL: url };
  const child = spawn(process.execPath, [command], { env, stdio: ["ignore", output.fd, output.fd] });
  const stop = () => child.kill();
  signal.addEventListener("abort", stop);
  const [code] = await once(child, "exit");
  signal.removeEventListener("abort", stop);
  await output.close();
  if (code !== 0) {
    const lines = (await readFile(log, "utf8")).trimEnd().split("\n").slice(-10);
    throw new StartError(
      `The database of ${service} could not be migrated. The end of ${log}:\n  ${lines.join("\n  ")}`,
    );
  }
}
