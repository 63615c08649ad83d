import { setTimeout as sleep } from "node:timers/promises";
import { Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { Service } from "./implement.ts";
import { reflectionServices } from "./reflection.ts";

/** A gRPC server that answers. */
export interface RunningServer {
  /** The port in use: the one asked for, or a free one where that was 0. */
  port: number;
  /**
   * Says NOT_SERVING, goes on answering for `delayMs` so that clients notice,
   * ends the open streams through `endStreams`, then lets running calls finish
   * for at most `graceMs`.
   */
  drain(options?: { delayMs?: number; graceMs?: number; endStreams?: () => void }): Promise<void>;
}

const SERVER_OPTIONS: ServerOptions = {
  // Group writes carry up to 20,000 members.
  "grpc.max_receive_message_length": 8 * 1024 * 1024,
  "grpc.max_send_message_length": 64 * 1024 * 1024,
  // Clients re-resolve DNS only when a connection ends: this lets them find new replicas.
  "grpc.max_connection_age_ms": 5 * 60_000,
  // As long as the longest stream that comes to an end by itself, a plan, may take.
  "grpc.max_connection_age_grace_ms": 15 * 60_000,
  "grpc.keepalive_time_ms": 60_000,
};

/** Serves gRPC services with grpc.health.v1 and, where asked for, reflection. */
export async function startServer({
  address,
  services,
  reflection,
}: {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  services: Service[];
  reflection: boolean;
}): Promise<RunningServer> {
  const names = services.map(serviceName);
  const server = new Server(SERVER_OPTIONS);
  const health = new HealthImplementation(Object.fromEntries(["", ...names].map((name) => [name, "SERVING"])));
  health.addToServer(server);
  for (const service of [...services, ...(reflection ? reflectionServices(names) : [])])
    server.addService(service.definition, service.implementation);
  const port = await bind(server, address);

  return {
    port,
    async drain({ delayMs = 0, graceMs = 20_000, endStreams } = {}) {
      for (const name of ["", ...names]) health.setStatus(name, "NOT_SERVING");
      await sleep(delayMs);
      endStreams?.();
      await Promise.race([
        new Promise<void>((resolve) => server.tryShutdown(() => resolve())),
        sleep(graceMs, undefined, { ref: false }),
      ]);
      server.forceShutdown();
    },
  };
}

function serviceName({ definition }: Service): string {
  const [method] = Object.values(definition);
  return method?.path.split("/")[1] ?? "";
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(new Error(`Cannot listen on ${address}: ${error.message}`, { cause: error })) : resolve(port),
    );
  });
}
