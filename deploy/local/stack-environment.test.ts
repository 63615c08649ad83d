import { describe, expect, it } from "vitest";
import { serviceEnvironments, stackPorts } from "./stack-environment.ts";

describe("stackPorts", () => {
  it("puts gRPC on the two ports after HTTP", async () => {
    expect(await stackPorts(8080)).toEqual({ gateway: 8080, directory: 8081, token: 8082 });
  });

  it("finds three different free ports for 0", async () => {
    const ports = Object.values(await stackPorts(0));
    expect(new Set(ports).size).toBe(3);
  });
});

describe("serviceEnvironments", () => {
  const environments = (shell: Record<string, string>) =>
    serviceEnvironments({
      shell,
      ports: { gateway: 1, directory: 2, token: 3 },
      databaseUrls: { directory: "postgresql://d", token: "postgresql://t" },
      secrets: { serviceToken: "service", operatorToken: "operator" },
      rateLimit: false,
    });

  it("gives each service its own variables and no other's", () => {
    const { gateway, "directory-service": directory, "token-service": token } = environments({});
    expect(gateway).toMatchObject({
      ROLLCALL_HTTP_ADDRESS: "127.0.0.1:1",
      ROLLCALL_DIRECTORY_ADDRESS: "127.0.0.1:2",
      ROLLCALL_TOKEN_ADDRESS: "127.0.0.1:3",
      ROLLCALL_RATE_LIMIT: "off",
    });
    expect(gateway).not.toHaveProperty("DATABASE_URL");
    expect(directory).toMatchObject({ DATABASE_URL: "postgresql://d", ROLLCALL_TOKEN_ADDRESS: "127.0.0.1:3" });
    expect(token).toMatchObject({ DATABASE_URL: "postgresql://t", ROLLCALL_OPERATOR_TOKEN: "operator" });
    expect(directory).not.toHaveProperty("ROLLCALL_OPERATOR_TOKEN");
  });

  it("keeps Rollcall's variables of the developer's shell from the services, but for the log level", () => {
    const { gateway } = environments({
      ROLLCALL_PUBLIC_URL: "https://elsewhere",
      ROLLCALL_LOG_LEVEL: "debug",
      DIRECTORY_DATABASE_URL: "postgresql://secret",
      LANG: "de",
    });
    expect(gateway).toMatchObject({ ROLLCALL_LOG_LEVEL: "debug", LANG: "de" });
    expect(gateway).not.toHaveProperty("ROLLCALL_PUBLIC_URL");
    expect(gateway).not.toHaveProperty("DIRECTORY_DATABASE_URL");
  });

  it("names the services for OpenTelemetry where that is asked for", () => {
    expect(environments({}).gateway).not.toHaveProperty("OTEL_SERVICE_NAME");
    const asked = environments({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" });
    expect(asked["token-service"]["OTEL_SERVICE_NAME"]).toBe("token-service");
  });
});
