import { join } from "node:path";
import { type ServiceName, type ServiceProcess, startService, unexpectedEnd } from "./service-process.ts";
import { StartError } from "./start-error.ts";

/** The three services of a stack. */
export interface ServiceGroup {
  /** Starts a service and waits until it answers. */
  start(name: ServiceName): Promise<void>;
  /** Ends a service with a signal without that counting as unexpected. Nothing happens where it does not run. */
  end(name: ServiceName, signal: NodeJS.Signals): Promise<void>;
  /** Process id; undefined while it does not run. */
  pid(name: ServiceName): number | undefined;
  /** Ends all for good; what is still starting ends too. */
  stop(): Promise<void>;
}

interface ServiceGroupOptions {
  environment(name: ServiceName): Promise<Record<string, string | undefined>>;
  /** Folder for the services' output. */
  logs: string;
  onUnexpectedEnd(error: StartError): void;
}

// Longer than a service needs for the requests that it is answering.
const stopDeadlineMs = 25_000;

/** The services, none of them started. */
export function createServiceGroup({ environment, logs, onUnexpectedEnd }: ServiceGroupOptions): ServiceGroup {
  const running = new Map<ServiceName, ServiceProcess>();
  const started = new Set<ServiceName>();
  let stopped = false;

  async function start(name: ServiceName): Promise<void> {
    const log = join(logs, `${name}.log`);
    const service = await startService({ name, env: await environment(name), log, append: started.has(name) });
    started.add(name);
    running.set(name, service);
    let ready = false;
    void service.exited.then(async (how) => {
      // Whoever ends a service on purpose takes it off the list first, and
      // whoever waits for the start hears of it there.
      if (running.get(name) === service && running.delete(name) && ready) {
        onUnexpectedEnd(await unexpectedEnd(name, how, log));
      }
    });
    if (stopped) {
      await end(name, "SIGKILL");
      throw new StartError("The start was interrupted.");
    }
    await service.ready;
    ready = true;
  }

  async function end(name: ServiceName, signal: NodeJS.Signals): Promise<void> {
    const service = running.get(name);
    running.delete(name);
    const deadline = setTimeout(() => void service?.kill("SIGKILL"), stopDeadlineMs);
    await service?.kill(signal);
    clearTimeout(deadline);
  }

  return {
    start,
    end,
    pid: (name) => running.get(name)?.pid,
    async stop() {
      stopped = true;
      // The gateway first, since it answers with what the others know.
      await end("gateway", "SIGTERM");
      await Promise.all([end("directory-service", "SIGTERM"), end("token-service", "SIGTERM")]);
    },
  };
}
