import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { StartError } from "./start-error.ts";

/** The workspaces that are processes. */
export type ServiceName = "gateway" | "directory-service" | "token-service";

/** What a service process needs. */
export interface ServiceOptions {
  name: ServiceName;
  /** The whole environment of the process. */
  env: Record<string, string | undefined>;
  /** File that its output goes to. */
  log: string;
  /** Whether to keep what the file holds. */
  append: boolean;
}

/** A service as a child process. */
export interface ServiceProcess {
  pid: number;
  /** Resolves when it answers requests; rejects with a StartError where it ends before. */
  ready: Promise<void>;
  /** Resolves when it has ended, with a description such as "exit code 1". */
  exited: Promise<string>;
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const telemetry = new URL("../../runtime/src/telemetry.ts", import.meta.url);

/**
 * Starts a service in a session of its own, so that Ctrl-C reaches this process
 * only, which stops the services in order. If this process is killed, the
 * channel to the service closes and the service stops by itself.
 */
export async function startService({ name, env, log, append }: ServiceOptions): Promise<ServiceProcess> {
  const output = await open(log, append ? "a" : "w", 0o600);
  const preload = Object.keys(env).some((key) => key.startsWith("OTEL_")) ? ["--import", telemetry.href] : [];
  const main = fileURLToPath(new URL(`../../${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [...preload, main], {
    env,
    stdio: ["ignore", output.fd, output.fd, "ipc"],
    detached: true,
  });
  const exited = once(child, "exit").then(([code, signal]) => (signal ? `signal ${signal}` : `exit code ${code}`));
  const ready = untilReady(child, exited, name, log);
  // Whoever stops a service that is still starting does not wait for it.
  ready.catch(() => {});
  await output.close();
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

/** The error for a service that ended by itself, with the end of its log. */
export async function unexpectedEnd(name: ServiceName, how: string, log: string): Promise<StartError> {
  const lines = (await readFile(log, "utf8").catch(() => "")).trimEnd().split("\n").slice(-10);
  return new StartError(`${name} ended unexpectedly (${how}). The end of ${log}:\n  ${lines.join("\n  ")}`);
}

async function untilReady(child: ChildProcess, exited: Promise<string>, name: ServiceName, log: string): Promise<void> {
  const message = new Promise<void>((resolve) => {
    child.on("message", (message: { ready?: unknown }) => message.ready && resolve());
  });
  const how = await Promise.race([message, exited]);
  if (how !== undefined) {
    throw await unexpectedEnd(name, how, log);
  }
}
