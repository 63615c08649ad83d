/** A process that answers. */
export interface Running {
  /** What a parent process is told when everything answers, e.g. the port. */
  ready: Record<string, unknown>;
  /** Stops without dropping a request and releases everything that keeps the process alive. */
  stop(): Promise<void>;
}

// Longer than any drain, shorter than Kubernetes' patience.
const STOP_DEADLINE_MS = 40_000;

/**
 * Runs a process: starts it, tells a parent over IPC when it answers, stops it
 * on SIGTERM or SIGINT or when the parent is gone. A fault at the start is one
 * sentence on standard error and exit code 1.
 */
export async function runProcess(name: string, start: () => Promise<Running>): Promise<void> {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    complain(name, error);
    process.exit(1);
  }
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    running.stop().then(
      () => process.connected && process.disconnect(),
      (error: unknown) => {
        console.error(`${name}: stopping failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // A parent that was killed cannot send a signal; its end of the channel closes.
  process.on("disconnect", stop);
  process.send?.({ ready: running.ready });
}

/** Runs a one-off command that answers what to print. A fault is one sentence on standard error and exit code 1. */
export async function runCommand(name: string, work: () => Promise<string>): Promise<void> {
  try {
    console.log(await work());
  } catch (error) {
    complain(name, error);
    process.exitCode = 1;
  }
}

function complain(name: string, error: unknown): void {
  console.error(`${name}: ${sentenceOf(error)}`);
  if (error instanceof Error && process.env["ROLLCALL_LOG_LEVEL"] === "debug") console.error(error.stack);
}

/** What an error says. Node gives the failure to connect to several addresses no message of its own. */
function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(sentenceOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
