import { generateToken } from "@rollcall/runtime/token";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const serviceToken = generateToken();
const required = {
  DATABASE_URL: "postgresql://localhost/directory",
  ROLLCALL_TOKEN_ADDRESS: "token:7200",
  ROLLCALL_SERVICE_TOKEN: serviceToken,
};

describe("readConfig", () => {
  it("needs three variables and has defaults for the rest", () => {
    expect(readConfig(required)).toEqual({
      grpcAddress: "127.0.0.1:7100",
      databaseUrl: "postgresql://localhost/directory",
      databasePool: 10,
      tokenAddress: "token:7200",
      serviceToken,
      reconcile: true,
      drainDelayMs: 5_000,
      reflection: false,
      logLevel: "info",
      failpoint: undefined,
    });
  });

  it("turns reconcile off", () => {
    expect(readConfig({ ...required, ROLLCALL_RECONCILE: "off" }).reconcile).toBe(false);
  });

  it("lets a test say where the process dies, and refuses a point that there is not", () => {
    const failpoint = (ROLLCALL_FAILPOINT: string) => readConfig({ ...required, ROLLCALL_FAILPOINT }).failpoint;
    expect(failpoint("reconcile.before-commit:2")).toEqual({ name: "reconcile.before-commit", time: 2 });
    expect(() => failpoint("reconcile.sometime")).toThrow(
      /ROLLCALL_FAILPOINT must be one of reconcile.before-commit, /,
    );
  });

  it("names every fault at once and no value", () => {
    const faulty = { ROLLCALL_SERVICE_TOKEN: "rct_secret", ROLLCALL_DATABASE_POOL: "0", ROLLCALL_RECONCIL: "off" };
    expect(() => readConfig(faulty)).toThrow(/DATABASE_URL is missing/);
    expect(() => readConfig(faulty)).toThrow(/ROLLCALL_TOKEN_ADDRESS is missing/);
    expect(() => readConfig(faulty)).toThrow(/ROLLCALL_DATABASE_POOL must be at least 1/);
    expect(() => readConfig(faulty)).toThrow(/ROLLCALL_RECONCIL is not a variable/);
    expect(() => readConfig(faulty)).not.toThrow(/rct_secret/);
  });
});
