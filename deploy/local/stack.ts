import type { DatabaseUrls } from "./databases.ts";
import type { ServiceName } from "./service-process.ts";
import { type DemoInstance, type StackParts, startParts, startService, startServices } from "./stack-parts.ts";
import { planStack, type StackPlan } from "./stack-plan.ts";
import { StartError } from "./start-error.ts";

/** How to start the whole system. */
export interface StackOptions {
  /** Folder for data, secrets and logs; made where it is missing. */
  dataDir: string;
  /** Of HTTP; gRPC takes the two after it. 0 or unset: free ones. */
  port?: number;
  /** Whether the gateway limits requests per token. Default true. */
  rateLimit?: boolean;
  /** Deletes the folder's data and secrets first. */
  fresh?: boolean;
  /** Databases of another PostgreSQL, in place of the embedded one. */
  databaseUrls?: DatabaseUrls;
  /** Variables for all services, over those of this process. */
  env?: Record<string, string>;
  /** Variables for one service, over all others. */
  serviceEnv?: Partial<Record<ServiceName, Record<string, string>>>;
  /** False for tests: see PostgresOptions. Default true. */
  durable?: boolean;
  /** Stops a start that is under way. */
  signal?: AbortSignal;
}

/** The whole system, running. */
export interface Stack {
  /** Base URL for identity providers. */
  scim: string;
  http: string;
  /** SCIM token of the demo account. */
  token: string;
  ownerToken: string;
  operatorToken: string;
  /** Id of the demo account. */
  account: string;
  /** `host:port` of the gRPC services. */
  grpc: { directory: string; token: string };
  databaseUrls: DatabaseUrls;
  /** Process ids of what runs: `gateway`, `directory`, `token` and, where it is the embedded one, `postgres`. */
  readonly pids: Record<string, number>;
  /** Folder of the services' logs. */
  logs: string;
  /** Resolves with the reason when a part ended by itself; the rest is then being stopped. */
  failed: Promise<StartError>;
  /** Ends a service with a signal, as a test's accident; the others go on. */
  kill(service: ServiceName, signal: NodeJS.Signals): Promise<void>;
  /** Starts a service again on the same port, stopping it first where it still runs. */
  restart(service: ServiceName): Promise<void>;
  /** Stops everything without dropping a request. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL and the three services with a demo account: what `npm
 * start` runs, and what tests run.
 *
 * @throws StartError, after stopping what had started
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const plan = await planStack(options);
  const parts = startParts(plan);
  try {
    const failed = parts.failed.then((error) => Promise.reject(error));
    const demo = await Promise.race([startServices(plan, parts), interruption(options.signal), failed]);
    return await describe(plan, parts, demo);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

function interruption(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const interrupt = () => reject(new StartError("The start was interrupted."));
    signal?.addEventListener("abort", interrupt, { once: true });
    if (signal?.aborted) {
      interrupt();
    }
  });
}

async function describe(
  plan: StackPlan,
  parts: StackParts,
  { scimToken, ownerToken, account, grpc }: DemoInstance,
): Promise<Stack> {
  const { ports, secrets, logs } = plan;
  const { services, postgres, databaseUrls, failed, stop } = parts;
  const http = `http://127.0.0.1:${ports.gateway}`;
  const server = await postgres;
  return {
    scim: `${http}/scim/v2`,
    http,
    token: scimToken,
    ownerToken,
    operatorToken: secrets.operatorToken,
    account,
    grpc,
    databaseUrls: await databaseUrls,
    get pids() {
      return running({
        postgres: server?.pid,
        token: services.pid("token-service"),
        directory: services.pid("directory-service"),
        gateway: services.pid("gateway"),
      });
    },
    logs,
    failed,
    kill: services.end,
    async restart(name) {
      await services.end(name, "SIGTERM");
      await startService(plan, parts, name);
    },
    stop,
  };
}

// Left out rather than 0, which as a process id means everybody in the group.
function running(pids: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).flatMap(([name, pid]) => (pid ? [[name, pid]] : [])));
}
