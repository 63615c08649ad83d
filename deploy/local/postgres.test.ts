import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Postgres, startPostgres } from "./postgres.ts";
import { assertComplete } from "./postgres-binaries.ts";
import { clearStaleLock } from "./postgres-lock.ts";

describe("startPostgres", () => {
  let dataDir: string;
  const running: Postgres[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "rollcall-postgres-"));
  });
  afterAll(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(folder = dataDir): Promise<Postgres> {
    const server = await startPostgres({ dataDir: folder, durable: false });
    running.push(server);
    return server;
  }

  it("keeps data and password between starts, also after the server was killed", async () => {
    const first = await start();
    await query(first, "create table kept as select 'Zoë' as name");
    await query(first, "checkpoint");
    process.kill(first.pid, "SIGKILL");
    await first.exited;

    const second = await start();
    expect(await query(second, "select name from kept")).toEqual([{ name: "Zoë" }]);
    expect((await stat(join(dataDir, "password"))).mode & 0o777).toBe(0o600);
    await second.stop();
    expect(existsSync(join(dataDir, "data", "postmaster.pid"))).toBe(false);

    const third = await start();
    expect(await query(third, "select name from kept")).toEqual([{ name: "Zoë" }]);
    await third.stop();
  });

  it("orders by code point and folds the case of all letters, whatever the machine's locale", async () => {
    const server = await start();
    expect(await query(server, "select lower('ÄŁΣ') as low, 'Z' < 'a' as code_points")).toEqual([
      { low: "äłσ", code_points: true },
    ]);
    await server.stop();
  });

  it("starts although a killed server's process id belongs to another program now", async () => {
    await writeFile(join(dataDir, "data", "postmaster.pid"), `${process.pid}\n${dataDir}\n`);
    const server = await start();
    expect(server.pid).not.toBe(process.pid);
    await server.stop();
  });

  it("says that the folder is in use while another server uses it", async () => {
    const server = await start();
    await expect(clearStaleLock(join(dataDir, "data"), 0)).rejects.toThrow(
      `in use by another instance (PostgreSQL, process ${server.pid})`,
    );
    await server.stop();
  });

  it("says that the folder cannot be written to", async () => {
    const file = join(dataDir, "a-file");
    await writeFile(file, "");
    await expect(startPostgres({ dataDir: join(file, "folder") })).rejects.toThrow(
      `The folder ${file}/folder cannot be written to (ENOTDIR).`,
    );
  });

  it("ends with the process that started it, even if that is killed", async () => {
    const module = new URL("postgres.ts", import.meta.url).href;
    const script = `const { startPostgres } = await import(${JSON.stringify(module)});
      await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
      process.kill(process.pid, "SIGKILL");`;
    expect(() => execFileSync(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" })).toThrow();
    const lock = join(dataDir, "data", "postmaster.pid");
    await expect.poll(() => existsSync(lock), { timeout: 5_000 }).toBe(false);
  });

  async function query(server: Postgres, statement: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: server.url("postgres") });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }
});

describe("assertComplete", () => {
  it("says what to run where npm blocked the install script that makes the links", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-links-"));
    await mkdir(join(folder, "native", "lib"), { recursive: true });
    const links = ["a.so", "b.so"].map((name) => ({ source: "native/lib/x", target: `native/lib/${name}` }));
    await writeFile(join(folder, "native", "pg-symlinks.json"), JSON.stringify(links));
    await writeFile(join(folder, "native", "lib", "a.so"), "");
    expect(() => assertComplete("@example/postgres", folder)).toThrow(
      "PostgreSQL is incomplete (native/lib/b.so is missing) because npm blocked the install script of @example/postgres: run `npm install-scripts approve @example/postgres && npm rebuild @example/postgres`.",
    );
    await writeFile(join(folder, "native", "lib", "b.so"), "");
    expect(() => assertComplete("@example/postgres", folder)).not.toThrow();
    await rm(folder, { recursive: true });
  });
});
