import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "../../test/database.ts";

const command = fileURLToPath(new URL("migrate.ts", import.meta.url));

describe("the migrate command", () => {
  it("brings an empty database up to date once, with the rest of the service's environment there", async () => {
    const { url, drop } = await createTestDatabase();
    const run = () => migrateWith({ DATABASE_URL: url, ROLLCALL_GRPC_ADDRESS: "127.0.0.1:7200" });
    expect(run()).toEqual({ status: 0, stdout: expect.stringMatching(/^Applied .+\.\n$/), stderr: "" });
    expect(run()).toEqual({ status: 0, stdout: "The database is current.\n", stderr: "" });
    await drop();
  });

  it.each([
    ["postgresql://127.0.0.1:1/token", "connect ECONNREFUSED 127.0.0.1:1"],
    ["nonsense", "DATABASE_URL must be a postgresql:// URL."],
    [undefined, "DATABASE_URL is missing."],
  ])("says of %s in words what is wrong", (url, words) => {
    const { status, stdout, stderr } = migrateWith({ DATABASE_URL: url });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^migrate: /);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain("    at ");
  });
});

function migrateWith(variables: NodeJS.ProcessEnv) {
  const env = { PATH: process.env["PATH"], ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command], { env, encoding: "utf8" });
  return { status, stdout, stderr };
}
