import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { logger } from "../test/token-service.ts";
import { migrateToken } from "./migrate.ts";
import { startTokenService } from "./server.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const migrate = fileURLToPath(new URL("./migrate.ts", import.meta.url));

describe("a token-service", () => {
  it("does not start on a database that lacks migrations, and names the command", async () => {
    const { url, drop } = await createTestDatabase();
    const config = {
      grpcAddress: "127.0.0.1:0",
      databaseUrl: url,
      drainDelayMs: 0,
      reflection: false,
      logLevel: "silent" as const,
    };
    await expect(startTokenService(config, logger)).rejects.toThrow(/0001-token.*node token-service\/src\/migrate\.ts/);
    expect(await migrateToken(url)).toEqual(["0001-token"]);
    expect(await migrateToken(url)).toEqual([]);
    const { stop } = await startTokenService(config, logger);
    await stop();
    await drop();
  });

  it("runs as a process: one sentence where it cannot, its port where it can, ended by SIGTERM", async () => {
    const { url, drop } = await createTestDatabase();
    const env = {
      PATH: process.env["PATH"],
      DATABASE_URL: url,
      ROLLCALL_GRPC_ADDRESS: "127.0.0.1:0",
      ROLLCALL_DRAIN_DELAY_MS: "0",
    };
    const failed = await promisify(execFile)(process.execPath, [main], { env }).catch((error) => error);
    expect(failed.code).toBe(1);
    expect(failed.stderr.trim().split("\n")).toEqual([
      "token-service: The database lacks 0001-token. Run `node token-service/src/migrate.ts` first.",
    ]);

    const { stdout } = await promisify(execFile)(process.execPath, [migrate], { env: { DATABASE_URL: url } });
    expect(stdout).toContain("Applied 0001-token.");

    const child = fork(main, { env, silent: true, execArgv: [] });
    const [{ ready }] = await once(child, "message");
    expect(ready.port).toBeGreaterThan(0);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await drop();
  });
});
