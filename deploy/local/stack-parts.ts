import { join } from "node:path";
import { type DatabaseUrls, migrateDatabase } from "./databases.ts";
import { demoAccount, seedDemoAccount } from "./demo-account.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { writeSecrets } from "./secrets.ts";
import { untilServiceAnswers } from "./service-answers.ts";
import { createServiceGroup, type ServiceGroup } from "./service-group.ts";
import type { ServiceName } from "./service-process.ts";
import { serviceEnvironments } from "./stack-environment.ts";
import type { StackPlan } from "./stack-plan.ts";
import { StartError } from "./start-error.ts";

/** The running parts of a stack, and their common end. */
export interface StackParts {
  services: ServiceGroup;
  /** Undefined where another PostgreSQL is used. */
  postgres: Promise<Postgres | undefined>;
  databaseUrls: Promise<DatabaseUrls>;
  /** Aborted when the stop begins. */
  stopSignal: AbortSignal;
  /** Resolves with the reason when a part ended by itself; the rest is then being stopped. */
  failed: Promise<StartError>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL; `startServices` starts the rest. */
export function startParts({ options, dataDir, logs, ports, secrets }: StackPlan): StackParts {
  const { promise: failed, resolve: fail } = Promise.withResolvers<StartError>();
  // The reason first: what the stop brings about must not be taken for it.
  const failWith = (error: StartError) => {
    fail(error);
    void stop();
  };
  const postgres = startDatabase();
  const databaseUrls = postgres.then(urlsOf);
  // Whoever waits for the databases hears of a fault; the stop below does not.
  databaseUrls.catch(() => {});
  const services = createServiceGroup({ environment, logs, onUnexpectedEnd: failWith });
  const stopBegins = new AbortController();
  let stopping: Promise<void> | undefined;
  return { services, postgres, databaseUrls, stopSignal: stopBegins.signal, failed, stop };

  async function startDatabase(): Promise<Postgres | undefined> {
    if (options.databaseUrls) {
      return undefined;
    }
    const server = await startPostgres({ dataDir: join(dataDir, "postgres"), durable: options.durable ?? true });
    void server.exited.then(() => stopping ?? failWith(new StartError("PostgreSQL ended unexpectedly.")));
    return server;
  }

  function urlsOf(server: Postgres | undefined): DatabaseUrls {
    const { directory, token } = options.databaseUrls ?? {};
    return { directory: directory ?? server?.url("directory") ?? "", token: token ?? server?.url("token") ?? "" };
  }

  async function environment(name: ServiceName) {
    const shell = { ...process.env, ...options.env };
    const rateLimit = options.rateLimit ?? true;
    const all = serviceEnvironments({ shell, ports, databaseUrls: await databaseUrls, secrets, rateLimit });
    return { ...all[name], ...options.serviceEnv?.[name] };
  }

  function stop(): Promise<void> {
    stopping ??= (async () => {
      stopBegins.abort();
      await services.stop();
      await (await postgres.catch(() => undefined))?.stop();
    })();
    return stopping;
  }
}

/** What the demo account is reached by. */
export interface DemoInstance {
  grpc: { directory: string; token: string };
  account: string;
  scimToken: string;
  ownerToken: string;
}

/** Migrates the databases, starts the services and makes the demo account. */
export async function startServices(plan: StackPlan, parts: StackParts): Promise<DemoInstance> {
  const { dataDir, logs, ports, secrets } = plan;
  const migrate = (name: "directory-service" | "token-service", url: string) =>
    migrateDatabase(name, url, join(logs, `${name}.migrate.log`), parts.stopSignal);
  const urls = await parts.databaseUrls;
  const tokensMigrated = migrate("token-service", urls.token);
  await Promise.all([
    tokensMigrated.then(() => startService(plan, parts, "token-service")),
    // Not before token-service, or it would try to reach it in vain.
    tokensMigrated.then(() => startService(plan, parts, "gateway")),
    migrate("directory-service", urls.directory).then(() => startService(plan, parts, "directory-service")),
  ]);
  const grpc = { directory: `127.0.0.1:${ports.directory}`, token: `127.0.0.1:${ports.token}` };
  const tokens = await seedDemoAccount(grpc, secrets);
  await writeSecrets(dataDir, { ...secrets, ...tokens });
  return { grpc, account: demoAccount, ...tokens };
}

/** Starts one service and waits until it answers its callers. */
export async function startService(plan: StackPlan, parts: StackParts, name: ServiceName): Promise<void> {
  await parts.services.start(name);
  await untilServiceAnswers(name, plan, parts.stopSignal);
}
