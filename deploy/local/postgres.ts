import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeFolder } from "./folder.ts";
import { freePort } from "./ports.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";
import { clearStaleLock } from "./postgres-lock.ts";
import { initialise, launch, type PostgresProcess } from "./postgres-process.ts";
import { type PostgresUser, postgresUser } from "./postgres-user.ts";

/** How to start PostgreSQL. */
export interface PostgresOptions {
  /** Folder for the data, the password and the log; made where it is missing. */
  dataDir: string;
  /** 0 or unset: a free one. */
  port?: number;
  /** False for tests: a crash of the machine may lose data, and commits cost no disk write. Default true. */
  durable?: boolean;
}

/** A PostgreSQL that runs until `stop`, or until this process ends, however it ends. */
export interface Postgres {
  port: number;
  pid: number;
  /** Connection string of a database of this server, as its superuser. */
  url(database: string): string;
  /** Resolves when the server has ended, wanted or not. */
  exited: Promise<void>;
  /** Ends open connections and waits until the data are on disk. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL on 127.0.0.1, with the data of the last start
 * where there are any.
 *
 * @throws StartError where the folder cannot be used, is in use, or the
 *   programs are incomplete
 */
export async function startPostgres({ dataDir, port = 0, durable = true }: PostgresOptions): Promise<Postgres> {
  const binaries = await findPostgresBinaries();
  const folder = resolve(dataDir);
  await makeFolder(folder);
  const user = postgresUser(binaries.postgres, folder);
  const password = await initialiseOnce(binaries, user, folder);
  await clearStaleLock(join(folder, "data"));
  const server = await launchOnFreePort(binaries, user, folder, port, settings(durable));
  return {
    ...server,
    url: (database) => `postgresql://postgres:${password}@127.0.0.1:${server.port}/${database}`,
  };
}

/** Makes the cluster at the first start and gives its password. */
async function initialiseOnce(binaries: PostgresBinaries, user: PostgresUser, folder: string): Promise<string> {
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  if (!existsSync(join(data, "PG_VERSION"))) {
    const password = randomBytes(24).toString("base64url");
    await writeFile(passwordFile, password, { mode: 0o600 });
    // Made under another name first: a start that is interrupted here leaves
    // nothing that the next one would take for a cluster.
    const fresh = join(folder, "data.new");
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { mode: 0o700 });
    const freshPassword = join(folder, "password.new");
    await writeFile(freshPassword, password, { mode: 0o600 });
    if (user.ids) {
      await Promise.all([fresh, freshPassword].map((path) => chown(path, user.ids?.uid ?? 0, user.ids?.gid ?? 0)));
    }
    await initialise(binaries, user, fresh, freshPassword);
    await rm(freshPassword);
    await rm(data, { recursive: true, force: true });
    await rename(fresh, data);
  }
  return readFile(passwordFile, "utf8");
}

async function launchOnFreePort(
  binaries: PostgresBinaries,
  user: PostgresUser,
  folder: string,
  wanted: number,
  flags: string[],
): Promise<PostgresProcess & { port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted || (await freePort());
    const log = await open(join(folder, "postgres.log"), "a", 0o600);
    try {
      return { ...(await launch(binaries, user, join(folder, "data"), port, flags, log)), port };
    } catch (error) {
      // Another process may take a free port before PostgreSQL does, and shared
      // memory of a killed server outlives it for a moment.
      const transient = /could not bind|could not create any TCP|pre-existing shared memory/.test(String(error));
      if (!transient || wanted !== 0 || attempt === 20) {
        throw error;
      }
      await new Promise((done) => setTimeout(done, 100));
    } finally {
      await log.close();
    }
  }
}

function settings(durable: boolean): string[] {
  const values: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: durable ? "256MB" : "128MB",
    // Nothing replicates from this server.
    wal_level: "minimal",
    max_wal_senders: "0",
    timezone: "UTC",
    log_timezone: "UTC",
    // Statements may carry personal data; the services log what failed.
    log_min_error_statement: "panic",
    log_min_messages: "error",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_wal_size: "4GB" }),
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
