import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { generateToken } from "@rollcall/runtime/token";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { logger, testConfig } from "../test/directory-service.ts";
import { migrateDirectory } from "./migrate.ts";
import { migrations } from "./migrations.ts";
import { startDirectoryService } from "./server.ts";

const names = migrations.map(({ name }) => name);
const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const migrate = fileURLToPath(new URL("./migrate.ts", import.meta.url));

describe("a directory-service", () => {
  it("does not start on a database that lacks migrations, and names the command", async () => {
    const { url, drop } = await createTestDatabase();
    await expect(startDirectoryService(testConfig(url), logger)).rejects.toThrow(
      `The database lacks ${names.join(", ")}. Run \`node directory-service/src/migrate.ts\` first.`,
    );
    expect(await Promise.all([migrateDirectory(url), migrateDirectory(url)])).toEqual(
      expect.arrayContaining([names, []]),
    );
    const { stop } = await startDirectoryService({ ...testConfig(url), reconcile: true }, logger);
    await stop();
    await drop();
  });

  it("leaves nothing open where its port is taken", async () => {
    const { url, drop } = await createTestDatabase("directory");
    const first = await startDirectoryService(testConfig(url), logger);
    const taken = { ...testConfig(url), grpcAddress: `127.0.0.1:${first.port}` };
    await expect(startDirectoryService(taken, logger)).rejects.toThrow(/Cannot listen/);
    await first.stop();
    await drop();
  });

  it("runs as a process: one sentence where it cannot, its port where it can, ended by SIGTERM", async () => {
    const { url, drop } = await createTestDatabase();
    const env = {
      PATH: process.env["PATH"],
      DATABASE_URL: url,
      ROLLCALL_GRPC_ADDRESS: "127.0.0.1:0",
      ROLLCALL_TOKEN_ADDRESS: "127.0.0.1:1",
      ROLLCALL_SERVICE_TOKEN: generateToken(),
      ROLLCALL_DRAIN_DELAY_MS: "0",
      ROLLCALL_LOG_LEVEL: "error",
    };
    const failed = await promisify(execFile)(process.execPath, [main], { env }).catch((error) => error);
    expect(failed.code).toBe(1);
    expect(failed.stderr.trim().split("\n")).toEqual([
      `directory-service: The database lacks ${names.join(", ")}. Run \`node directory-service/src/migrate.ts\` first.`,
    ]);
    const { stdout } = await promisify(execFile)(process.execPath, [migrate], { env: { DATABASE_URL: url } });
    expect(stdout).toContain(`Applied ${names.join(", ")}.`);
    const child = fork(main, { env, silent: true, execArgv: [] });
    const [{ ready }] = await once(child, "message");
    expect(ready.port).toBeGreaterThan(0);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await drop();
  });
});
