import { fileURLToPath } from "node:url";
import type { DatabaseUrls } from "./databases.ts";
import { freePort } from "./ports.ts";
import type { Secrets } from "./secrets.ts";
import type { ServiceName } from "./service-process.ts";

/** Folder for compiled code; it halves the time that a service takes to load. */
export const compileCache = fileURLToPath(new URL("../../node_modules/.cache/node-compile", import.meta.url));

/** Where the services of a stack listen. */
export interface StackPorts {
  gateway: number;
  directory: number;
  token: number;
}

/** HTTP on `port`, gRPC on the two after it; 0: free ones for all three. */
export async function stackPorts(port: number): Promise<StackPorts> {
  if (port === 0) {
    return { gateway: await freePort(), directory: await freePort(), token: await freePort() };
  }
  return { gateway: port, directory: port + 1, token: port + 2 };
}

/**
 * The whole environment of each service. The services refuse ROLLCALL_
 * variables that they do not know, so each gets its own, and of the
 * developer's shell only what is not Rollcall's, but for the log level.
 */
export function serviceEnvironments({
  shell,
  ports,
  databaseUrls,
  secrets,
  rateLimit,
}: {
  shell: Record<string, string | undefined>;
  ports: StackPorts;
  databaseUrls: DatabaseUrls;
  secrets: Secrets;
  rateLimit: boolean;
}): Record<ServiceName, Record<string, string | undefined>> {
  const token = `127.0.0.1:${ports.token}`;
  const directory = `127.0.0.1:${ports.directory}`;
  const everywhere = {
    ...withoutRollcall(shell),
    ROLLCALL_LOG_LEVEL: shell["ROLLCALL_LOG_LEVEL"],
    ROLLCALL_SERVICE_TOKEN: secrets.serviceToken,
    // What Node compiles once need not be compiled at the next start.
    NODE_COMPILE_CACHE: shell["NODE_COMPILE_CACHE"] ?? compileCache,
    // No load balancer has to notice that a local service stops.
    ROLLCALL_DRAIN_DELAY_MS: "0",
  };
  const asksForTelemetry = Object.keys(shell).some((name) => name.startsWith("OTEL_"));
  const named = (name: ServiceName) => (asksForTelemetry ? { OTEL_SERVICE_NAME: name } : {});
  return {
    "token-service": {
      ...everywhere,
      ...named("token-service"),
      ROLLCALL_GRPC_ADDRESS: token,
      ROLLCALL_OPERATOR_TOKEN: secrets.operatorToken,
      ROLLCALL_REFLECTION: "on",
      DATABASE_URL: databaseUrls.token,
    },
    "directory-service": {
      ...everywhere,
      ...named("directory-service"),
      ROLLCALL_GRPC_ADDRESS: directory,
      ROLLCALL_TOKEN_ADDRESS: token,
      ROLLCALL_REFLECTION: "on",
      DATABASE_URL: databaseUrls.directory,
    },
    gateway: {
      ...everywhere,
      ...named("gateway"),
      ROLLCALL_HTTP_ADDRESS: `127.0.0.1:${ports.gateway}`,
      ROLLCALL_DIRECTORY_ADDRESS: directory,
      ROLLCALL_TOKEN_ADDRESS: token,
      ROLLCALL_RATE_LIMIT: rateLimit ? "on" : "off",
    },
  };
}

function withoutRollcall(shell: Record<string, string | undefined>): Record<string, string | undefined> {
  const own = (name: string) => name.startsWith("ROLLCALL_") || name.endsWith("DATABASE_URL");
  return Object.fromEntries(Object.entries(shell).filter(([name]) => !own(name)));
}
