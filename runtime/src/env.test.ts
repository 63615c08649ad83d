import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { address, ConfigurationError, integer, onOff, readDatabaseUrl, readEnv } from "./env.ts";

const SHAPE = {
  ROLLCALL_GRPC_ADDRESS: address,
  ROLLCALL_SERVICE_TOKEN: z.string().min(10, "is too short"),
  ROLLCALL_REFLECTION: onOff.default(false),
  ROLLCALL_DATABASE_POOL: integer(1, 100).default(10),
};

const GOOD = { ROLLCALL_GRPC_ADDRESS: "127.0.0.1:0", ROLLCALL_SERVICE_TOKEN: "0123456789" };

describe("readEnv", () => {
  it("gives values their types and absent ones their defaults", () => {
    expect(readEnv(SHAPE, { ...GOOD, ROLLCALL_REFLECTION: "on" })).toEqual({
      ROLLCALL_GRPC_ADDRESS: "127.0.0.1:0",
      ROLLCALL_SERVICE_TOKEN: "0123456789",
      ROLLCALL_REFLECTION: true,
      ROLLCALL_DATABASE_POOL: 10,
    });
  });

  it("reports every fault at once and no value", () => {
    const read = () =>
      readEnv(SHAPE, {
        ROLLCALL_SERVICE_TOKEN: "hunter2",
        ROLLCALL_DATABASE_POOL: "many",
        ROLLCALL_REFLEXION: "on",
        ROLLCALL_REFLECTION: "yes",
      });
    expect(read).toThrow(ConfigurationError);
    try {
      read();
    } catch (error) {
      expect((error as ConfigurationError).faults).toEqual([
        "ROLLCALL_REFLEXION is not a variable of this process.",
        "ROLLCALL_GRPC_ADDRESS is missing.",
        "ROLLCALL_SERVICE_TOKEN is too short.",
        "ROLLCALL_REFLECTION must be on or off.",
        "ROLLCALL_DATABASE_POOL must be a whole number from 1 to 100.",
      ]);
      expect((error as Error).message).not.toContain("hunter2");
    }
  });

  it("reads the database's URL for a command, whatever else the service's environment has", () => {
    const env = { DATABASE_URL: "postgresql://localhost/directory", ROLLCALL_GRPC_ADDRESS: "127.0.0.1:0" };
    expect(readDatabaseUrl(env)).toBe("postgresql://localhost/directory");
    expect(() => readDatabaseUrl({ DATABASE_URL: "mysql://x" })).toThrow("DATABASE_URL must be a postgresql:// URL.");
  });

  it("reads a secret from the file that NAME_FILE names", () => {
    const file = join(mkdtempSync(join(tmpdir(), "rollcall-env-")), "token");
    writeFileSync(file, "from-a-file\n");
    const env = { ROLLCALL_GRPC_ADDRESS: "a:1", ROLLCALL_SERVICE_TOKEN_FILE: file };
    expect(readEnv(SHAPE, env).ROLLCALL_SERVICE_TOKEN).toBe("from-a-file");
    expect(() => readEnv(SHAPE, { ...env, ROLLCALL_SERVICE_TOKEN: "0123456789" })).toThrow(/are both set/);
    expect(() => readEnv(SHAPE, { ...env, ROLLCALL_SERVICE_TOKEN_FILE: `${file}.no` })).toThrow(/cannot be read/);
  });
});
