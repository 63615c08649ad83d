import { dirname, join } from "node:path";
import { freePort } from "../../deploy/local/ports.ts";
import { readSecrets } from "../../deploy/local/secrets.ts";
import { untilServiceAnswers } from "../../deploy/local/service-answers.ts";
import { startService } from "../../deploy/local/service-process.ts";
import type { Stack } from "../../deploy/local/stack.ts";
import { serviceEnvironments } from "../../deploy/local/stack-environment.ts";

/** One more directory-service on the databases of a stack. Its end is no accident to the stack. */
export interface Replica {
  /** `host:port` of its gRPC. */
  grpc: string;
  pid: number;
  /** Waits until it answers its callers. */
  answers(): Promise<void>;
  /** Resolves when it has ended, with a description such as "signal SIGKILL". */
  ended: Promise<string>;
  kill(): Promise<void>;
}

/** Starts a directory-service with variables of its own. It may end before it answers. */
export async function startReplica(stack: Stack, env: Record<string, string> = {}): Promise<Replica> {
  const { databaseUrls, logs } = stack;
  const secrets = await readSecrets(dirname(logs));
  const ports = { gateway: 0, directory: await freePort(), token: Number(stack.grpc.token.split(":").at(-1)) };
  const all = serviceEnvironments({ shell: process.env, ports, databaseUrls, secrets, rateLimit: true });
  const name = "directory-service";
  const log = join(logs, `replica-${ports.directory}.log`);
  const { pid, ready, exited, kill } = await startService({ name, env: { ...all[name], ...env }, log, append: false });
  return {
    grpc: `127.0.0.1:${ports.directory}`,
    pid,
    async answers() {
      await ready;
      await untilServiceAnswers(name, { ports, secrets }, new AbortController().signal);
    },
    ended: exited,
    kill: () => kill("SIGKILL"),
  };
}
