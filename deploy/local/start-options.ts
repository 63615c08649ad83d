import { parseArgs } from "node:util";
import { StartError } from "./start-error.ts";

/** What `npm start -- …` takes. */
export interface StartOptions {
  json: boolean;
  port: number;
  dataDir: string;
  fresh: boolean;
  rateLimit: boolean;
  help: boolean;
}

/** The text for `--help`. */
export const startHelp = `npm start [-- options]

  --port N          HTTP on port N, gRPC on N+1 and N+2; 0: free ports (8080)
  --data DIR        folder for data, secrets and logs (./.rollcall)
  --fresh           delete what the folder holds first
  --no-rate-limit   do not limit requests per token, for benchmarks
  --json            print one JSON line when ready, and nothing else

DIRECTORY_DATABASE_URL and TOKEN_DATABASE_URL use another PostgreSQL in place of
the embedded one. ROLLCALL_LOG_LEVEL and OTEL_* reach the services.`;

/** Where data are kept between starts, unless told otherwise. */
export const DEFAULT_DATA = ".rollcall";

/**
 * Reads the command line.
 *
 * @throws StartError for an unknown option, a port that is none or a folder without a name
 */
export function readStartOptions(args: string[]): StartOptions {
  const { values } = parse(args);
  return {
    json: values.json,
    port: readPort(values.port),
    dataDir: readDataDir(values.data),
    fresh: values.fresh,
    rateLimit: !values["no-rate-limit"],
    help: values.help,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        json: { type: "boolean", default: false },
        port: { type: "string", default: "8080" },
        data: { type: "string", default: DEFAULT_DATA },
        fresh: { type: "boolean", default: false },
        "no-rate-limit": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    // Node's first sentence names the option; the rest is about quoting.
    const [sentence] = (error as Error).message.split(/\. |\n/);
    throw new StartError(`${sentence?.replace(/\.$/, "")}. \`npm start -- --help\` lists the options.`);
  }
}

function readDataDir(text: string): string {
  // A script's unset variable: the working directory would fill with data and secrets.
  if (text.trim() === "") {
    throw new StartError("--data takes a folder, not an empty text.");
  }
  return text;
}

// The two ports after it are taken as well.
const lastPort = 65_533;

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= lastPort)) {
    throw new StartError(`--port takes a number from 0 to ${lastPort}, not "${text}".`);
  }
  return port;
}
