import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import type { PostgresUser } from "./postgres-user.ts";
import { StartError } from "./start-error.ts";

/** A running `postgres`. */
export interface PostgresProcess {
  pid: number;
  exited: Promise<void>;
  stop(): Promise<void>;
}

/** Runs `initdb` on an empty folder; the user must own it and the file with the superuser's password. */
export async function initialise(
  binaries: PostgresBinaries,
  user: PostgresUser,
  data: string,
  passwordFile: string,
): Promise<void> {
  const initdb = run(
    user,
    [
      binaries.initdb,
      `--pgdata=${data}`,
      "--username=postgres",
      "--auth=scram-sha-256",
      // The built-in provider: the same order and case rules on every machine.
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--encoding=UTF8",
      "--no-sync",
      "--no-instructions",
      `--pwfile=${passwordFile}`,
    ],
    ["ignore", "ignore", "pipe"],
  );
  let errors = "";
  initdb.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = await once(initdb, "close");
  if (code !== 0) {
    throw new StartError(`PostgreSQL could not make its data folder ${data}: ${lastLine(errors)}`);
  }
}

/**
 * A shell that stands between: it runs the server and ends it when its standard
 * input closes, which the system does however this process ends, SIGKILL
 * included. SIGINT is PostgreSQL's "fast" shutdown.
 */
const guard = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
( read -r _ <&3; kill -INT "$server" ) >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait "$server"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
`;

/**
 * Starts `postgres` and waits until it accepts connections.
 *
 * @param log - file for the server's output
 * @throws StartError with the server's last words
 */
export async function launch(
  binaries: PostgresBinaries,
  user: PostgresUser,
  data: string,
  port: number,
  flags: string[],
  log: { fd: number; stat(): Promise<{ size: number }> },
): Promise<PostgresProcess> {
  const { size } = await log.stat();
  const server = run(
    user,
    ["/bin/sh", "-c", guard, "postgres-guard", binaries.postgres, "-D", data, "-p", String(port), ...flags],
    ["pipe", log.fd, log.fd],
  );
  server.stdin?.on("error", () => {});
  const exited = once(server, "exit").then(() => {});
  const polling = new AbortController();
  const pid = await Promise.race([untilReady(data, polling.signal), exited]);
  polling.abort();
  if (pid === undefined) {
    const text = await readFile(join(data, "..", "postgres.log"), "utf8");
    throw new StartError(`PostgreSQL did not start: ${lastLine(text.slice(size))}`);
  }
  return {
    pid,
    exited,
    stop: async () => {
      server.stdin?.end();
      await exited;
    },
  };
}

/** Spawns a program as the user, in a session of its own: Ctrl-C reaches this process only, which stops things in order. */
function run(user: PostgresUser, command: string[], stdio: ("pipe" | "ignore" | number)[]): ChildProcess {
  const [program = "", ...args] = [...user.prefix, ...command];
  // The messages are read here, so they must not be translated.
  const env = { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
  return spawn(program, args, { ...user.ids, stdio, env, cwd: "/", detached: true });
}

/** Line 8 of the lock file says when the server accepts connections. */
async function untilReady(data: string, signal: AbortSignal): Promise<number | undefined> {
  while (!signal.aborted) {
    const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
    if (lines[7]?.trim() === "ready") {
      return Number(lines[0]);
    }
    await new Promise((done) => setTimeout(done, 10));
  }
  return undefined;
}

function lastLine(text: string): string {
  const lines = text.trim().split("\n");
  return lines.findLast((line) => /FATAL|error/i.test(line)) ?? lines.at(-1) ?? "";
}
