import { databaseUrlsOf } from "./databases.ts";
import { greeting } from "./greeting.ts";
import { claimFolder, type Instance, publishInstance, releaseFolder } from "./instance.ts";
import { startStack } from "./stack.ts";
import { StartError } from "./start-error.ts";
import { readStartOptions, type StartOptions, startHelp } from "./start-options.ts";

// A terminal sends Ctrl-C to npm and to this process, and npm passes it on: one
// wish arrives twice within milliseconds.
const ECHO_MS = 1_000;

const interruption = new AbortController();
let interruptedAt = 0;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (!interruption.signal.aborted) {
      interruptedAt = performance.now();
      interruption.abort();
    } else if (performance.now() - interruptedAt > ECHO_MS) {
      // Whoever asks twice does not want to wait: the services and PostgreSQL
      // notice that this process has gone and stop by themselves.
      process.exit(130);
    }
  });
}
// npm gives a signal to the shell that it runs scripts in, and some shells end
// without passing it on.
const parent = process.ppid;
if (process.env["npm_lifecycle_event"]) {
  setInterval(() => process.ppid !== parent && interruption.abort(), 250).unref();
}

try {
  const options = readStartOptions(process.argv.slice(2));
  if (options.help) {
    console.log(startHelp);
  } else {
    await run(options);
  }
  process.exit(0);
} catch (error) {
  if (interruption.signal.aborted) {
    process.exit(0);
  }
  const expected = error instanceof StartError;
  console.error(expected ? error.message : `The start failed: ${String(error)}`);
  if (!expected && process.env["ROLLCALL_LOG_LEVEL"] === "debug") {
    console.error(error);
  }
  process.exit(1);
}

async function run({ json, dataDir, ...options }: StartOptions): Promise<void> {
  const databaseUrls = databaseUrlsOf(process.env);
  if (databaseUrls && options.fresh) {
    throw new StartError("--fresh deletes embedded data only: unset DIRECTORY_DATABASE_URL and TOKEN_DATABASE_URL.");
  }
  await claimFolder(dataDir);
  try {
    const stack = await startStack({ ...options, dataDir, databaseUrls, signal: interruption.signal });
    const { scim, token, http, grpc, pids, account, ownerToken } = stack;
    const instance: Instance = { scim, token, http, grpc, pids, account, ownerToken };
    await publishInstance(dataDir, instance);
    console.log(json ? JSON.stringify(instance) : greeting(instance, stack.logs, dataDir));
    const failure = await Promise.race([stack.failed, interrupted()]);
    if (!failure && !json) {
      console.log("Stopping …");
    }
    await stack.stop();
    if (failure) {
      throw failure;
    }
  } finally {
    await releaseFolder(dataDir);
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    interruption.signal.addEventListener("abort", () => resolve());
    if (interruption.signal.aborted) {
      resolve();
    }
  });
}
