import { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type ChannelOptions, Client, credentials } from "@grpc/grpc-js";
import { ConnectionServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ExtensionSchemaServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { createTokenCache } from "@rollcall/runtime/authenticate";
import { createClient } from "@rollcall/runtime/client";
import type { Logger } from "@rollcall/runtime/log";
import type { FastifyInstance } from "fastify";
import type { GatewayConfig } from "./config.ts";
import { DEFAULT_VIEW } from "./http/account-view.ts";
import { createAccountViews } from "./http/account-views.ts";
import { createApp } from "./http/app.ts";
import { addHealthRoutes } from "./http/health.ts";
import { createViewLoader } from "./http/load-account-view.ts";
import { serviceAnswers, tokensAreKnown } from "./http/readiness.ts";
import { createRequestLog, recordingLog } from "./http/request-log.ts";
import { createRequestRecorder } from "./http/request-recorder.ts";
import { scimRoutes } from "./http/routes.ts";
import { addRpcRoutes } from "./http/rpc.ts";
import { createAdmission } from "./http/session.ts";

/** A gateway that answers. */
export interface Gateway {
  port: number;
  /** Stops without dropping a request: see the order in its body. */
  stop(): Promise<void>;
}

const BRIDGE_OPTIONS: ChannelOptions = {
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  "grpc.keepalive_time_ms": 30_000,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
};

// A connection that was quiet for so long has no request on its way.
const QUIET_MS = 250;

/** Starts to listen. Throws where the address cannot be had; the services may come later. */
export async function startGateway(config: GatewayConfig, logger: Logger): Promise<Gateway> {
  const { directoryAddress, tokenAddress, serviceToken, publicUrl, trustedProxies } = config;
  const users = createClient(ScimUserServiceService, directoryAddress);
  const groups = createClient(ScimGroupServiceService, directoryAddress);
  const records = createClient(ScimRecordServiceService, directoryAddress);
  const connections = createClient(ConnectionServiceService, directoryAddress);
  const extensionSchemas = createClient(ExtensionSchemaServiceService, directoryAddress);
  const directory = new Client(directoryAddress, credentials.createInsecure(), BRIDGE_OPTIONS);
  const token = new Client(tokenAddress, credentials.createInsecure(), BRIDGE_OPTIONS);
  const tokens = createTokenCache({ tokenAddress, serviceToken, logger });
  const stopping = new AbortController();
  let draining = false;

  const log = createRequestLog(logger);
  const recorder = createRequestRecorder({ client: connections, serviceToken, logger });
  const views = createAccountViews(createViewLoader({ connections, extensionSchemas }));
  const rateOf = (accountId: string) => (views.known(accountId) ?? DEFAULT_VIEW).limits.rate;
  const admit = createAdmission({ tokens, rateOf: config.rateLimit ? rateOf : undefined });
  const app = createApp({
    routes: scimRoutes({ users, groups, records }),
    admit,
    views,
    log: recordingLog(log, recorder),
    publicUrl,
    trustedProxies,
  });
  addRpcRoutes(app, { clients: { directory, token }, admit, log, stopping: stopping.signal });
  addHealthRoutes(app, [
    async () => (draining ? "The process is stopping." : undefined),
    tokensAreKnown(tokens, serviceToken),
    serviceAnswers(directory, "directory-service"),
  ]);
  app.addHook("preClose", () => endQuietConnections(app));

  const release = () => {
    tokens.close();
    for (const client of [users, groups, records, connections, extensionSchemas, directory, token]) client.close();
  };
  try {
    await app.listen(config.http);
  } catch (error) {
    release();
    throw listenFault(error, config.http);
  }

  return {
    port: portOf(app) ?? config.http.port,
    async stop() {
      draining = true;
      // Load balancers read /readyz and turn away; meanwhile everything is answered as ever.
      await sleep(config.drainDelayMs);
      stopping.abort();
      // From here on every answer closes its connection, and what runs is finished.
      const sweep = setInterval(() => app.server.closeIdleConnections(), QUIET_MS);
      await app.close();
      clearInterval(sweep);
      await recorder.close();
      release();
    },
  };
}

/**
 * Takes no more connections, but leaves the open ones their time to send what
 * they are about to: closing them at once, as http.Server does, would cut off a
 * request that is on the wire.
 */
async function endQuietConnections(app: FastifyInstance): Promise<void> {
  Server.prototype.close.call(app.server);
  await sleep(QUIET_MS);
}

function portOf(app: FastifyInstance): number | undefined {
  const bound = app.server.address();
  return typeof bound === "object" ? bound?.port : undefined;
}

function listenFault(error: unknown, { host, port }: GatewayConfig["http"]): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === "EADDRINUSE" ? "the port is in use" : message;
  return new Error(`Cannot listen on ${host}:${port}: ${why}.`, { cause: error });
}
