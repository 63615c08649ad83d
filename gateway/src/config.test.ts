import { generateToken } from "@rollcall/runtime/token";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const serviceToken = generateToken();
const required = {
  ROLLCALL_HTTP_ADDRESS: "127.0.0.1:8080",
  ROLLCALL_DIRECTORY_ADDRESS: "directory:50051",
  ROLLCALL_TOKEN_ADDRESS: "token:50051",
  ROLLCALL_SERVICE_TOKEN: serviceToken,
};

describe("readConfig", () => {
  it("takes the required variables and has defaults for the others", () => {
    expect(readConfig(required)).toEqual({
      http: { host: "127.0.0.1", port: 8080 },
      directoryAddress: "directory:50051",
      tokenAddress: "token:50051",
      serviceToken,
      publicUrl: undefined,
      rateLimit: true,
      trustedProxies: [],
      logLevel: "info",
      drainDelayMs: 5_000,
    });
  });

  it("takes what is given", () => {
    const config = readConfig({
      ...required,
      ROLLCALL_HTTP_ADDRESS: "[::1]:0",
      ROLLCALL_PUBLIC_URL: "https://directory.example.com/",
      ROLLCALL_RATE_LIMIT: "off",
      ROLLCALL_TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      ROLLCALL_LOG_LEVEL: "debug",
      ROLLCALL_DRAIN_DELAY_MS: "0",
    });
    expect(config).toMatchObject({
      http: { host: "::1", port: 0 },
      publicUrl: "https://directory.example.com",
      rateLimit: false,
      trustedProxies: ["10.0.0.0/8", "::1"],
      logLevel: "debug",
      drainDelayMs: 0,
    });
  });

  it("names every fault at once and shows no value", () => {
    const read = () =>
      readConfig({
        ROLLCALL_HTTP_ADDRESS: "8080",
        ROLLCALL_SERVICE_TOKEN: "rct_secret",
        ROLLCALL_PUBLIC_URL: "directory.example.com",
        ROLLCALL_TRUSTED_PROXIES: "everybody",
        ROLLCALL_RATE_LIMITS: "off",
      });
    expect(read).toThrow(/ROLLCALL_HTTP_ADDRESS must be host:port/);
    expect(read).toThrow(/ROLLCALL_DIRECTORY_ADDRESS is missing/);
    expect(read).toThrow(/ROLLCALL_TOKEN_ADDRESS is missing/);
    expect(read).toThrow(/ROLLCALL_SERVICE_TOKEN is not a Rollcall token/);
    expect(read).toThrow(/ROLLCALL_PUBLIC_URL must be an http/);
    expect(read).toThrow(/ROLLCALL_TRUSTED_PROXIES must be IP addresses/);
    expect(read).toThrow(/ROLLCALL_RATE_LIMITS is not a variable/);
    expect(read).not.toThrow(/rct_secret/);
  });
});
