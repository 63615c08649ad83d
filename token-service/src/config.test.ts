import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateToken } from "@rollcall/runtime/token";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const DATABASE_URL = "postgresql://127.0.0.1/token";

describe("the configuration", () => {
  it("needs no more than a database", () => {
    expect(readConfig({ DATABASE_URL })).toEqual({
      grpcAddress: "127.0.0.1:7200",
      databaseUrl: DATABASE_URL,
      operatorToken: undefined,
      serviceToken: undefined,
      drainDelayMs: 5_000,
      reflection: false,
      logLevel: "info",
    });
  });

  it("takes secrets from files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-config-"));
    const operatorToken = generateToken();
    await writeFile(join(folder, "operator"), `${operatorToken}\n`);
    await writeFile(join(folder, "database"), DATABASE_URL);
    const config = readConfig({
      DATABASE_URL_FILE: join(folder, "database"),
      ROLLCALL_OPERATOR_TOKEN_FILE: join(folder, "operator"),
    });
    await rm(folder, { recursive: true });
    expect(config).toMatchObject({ operatorToken, databaseUrl: DATABASE_URL });
  });

  it("names every fault and no secret", () => {
    const read = () =>
      readConfig({
        ROLLCALL_OPERATOR_TOKEN: "hunter2",
        ROLLCALL_REFLECTION: "yes",
        ROLLCALL_LOG_LEVEL: "loud",
        ROLLCALL_TYPO: "1",
      });
    expect(read).toThrow(/DATABASE_URL[\s\S]*ROLLCALL_OPERATOR_TOKEN|ROLLCALL_OPERATOR_TOKEN[\s\S]*DATABASE_URL/);
    expect(read).toThrow(/ROLLCALL_REFLECTION/);
    expect(read).toThrow(/ROLLCALL_LOG_LEVEL/);
    expect(read).toThrow(/ROLLCALL_TYPO/);
    expect(read).not.toThrow(/hunter2/);
  });

  it("refuses one secret for both operators and services", () => {
    const token = generateToken();
    const env = { DATABASE_URL, ROLLCALL_OPERATOR_TOKEN: token, ROLLCALL_SERVICE_TOKEN: token };
    expect(() => readConfig(env)).toThrow("must differ");
  });
});
