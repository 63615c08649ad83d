import { once } from "node:events";
import { createServer } from "node:http";

/** Something that runs from when it is first asked for. */
export interface OnDemand<Description> {
  /** Starts it where it does not run yet. Rejects where it could not be started, or has ended by itself. */
  get(): Promise<Description>;
  /** Stops it where it runs; `get` starts it again. Rejects where it had ended by itself. */
  stop(): Promise<void>;
}

/** What has been started. */
export interface Started<Description> {
  description: Description;
  /** Resolves with the reason when it ended by itself. */
  failed: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * @param name - for errors, such as "The stack"
 * @param start - its signal says that nobody waits any more
 */
export function onDemand<Description>(
  name: string,
  start: (signal: AbortSignal) => Promise<Started<Description>>,
): OnDemand<Description> {
  let current: Run | undefined;
  return {
    async get() {
      current ??= begin();
      const run = current;
      const { description } = await run.started;
      if (run.fault) throw run.fault;
      return description;
    },
    async stop() {
      const run = current;
      current = undefined;
      run?.interrupt.abort();
      // Whoever asked for it has been told why it did not start.
      const started = await run?.started.catch(() => undefined);
      await started?.stop();
      if (run?.fault) throw run.fault;
    },
  };

  interface Run {
    interrupt: AbortController;
    started: Promise<Started<Description>>;
    fault?: Error;
  }

  function begin(): Run {
    const interrupt = new AbortController();
    const run: Run = {
      interrupt,
      started: start(interrupt.signal).catch((error) => {
        throw new Error(`${name} could not be started: ${error.message}`, { cause: error });
      }),
    };
    run.started.then(
      async ({ failed }) => {
        const reason = await failed;
        // It is being stopped.
        if (current !== run) return;
        run.fault = new Error(`${name} has ended by itself, so tests that use it fail: ${reason.message}`);
        // Now, since the tests that are using it only see that it is gone.
        console.error(run.fault.message);
      },
      () => {},
    );
    return run;
  }
}

/** Answers `GET /<name>` on a Unix socket with a part's description as JSON, or with 500 and the error's words. */
export async function serveOnDemand(
  socket: string,
  parts: Record<string, OnDemand<unknown>>,
): Promise<() => Promise<void>> {
  const server = createServer(async (request, response) => {
    try {
      const description = await parts[request.url?.slice(1) ?? ""]?.get();
      response.end(JSON.stringify(description));
    } catch (error) {
      response.writeHead(500).end((error as Error).message);
    }
  }).listen(socket);
  await once(server, "listening");
  return async () => {
    server.close();
    server.closeAllConnections();
  };
}
