import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeFolder } from "./folder.ts";
import { isPortFree } from "./ports.ts";
import { clearStaleLock } from "./postgres-lock.ts";
import { readSecrets, type Secrets, secretsFile } from "./secrets.ts";
import type { StackOptions } from "./stack.ts";
import { type StackPorts, stackPorts } from "./stack-environment.ts";
import { StartError } from "./start-error.ts";

/** What is settled before anything runs. */
export interface StackPlan {
  options: StackOptions;
  dataDir: string;
  logs: string;
  ports: StackPorts;
  secrets: Secrets;
}

/**
 * Makes the folders, chooses the ports and reads or makes the secrets.
 *
 * @throws StartError where a folder or port cannot be used
 */
export async function planStack(options: StackOptions): Promise<StackPlan> {
  const dataDir = resolve(options.dataDir);
  const logs = join(dataDir, "logs");
  const ports = await stackPorts(options.port ?? 0);
  await makeFolder(dataDir);
  if (options.fresh) {
    await empty(dataDir);
  }
  await makeFolder(logs);
  if (options.port) {
    await assertFree(Object.values(ports));
  }
  return { options, dataDir, logs, ports, secrets: await readSecrets(dataDir) };
}

/** Deletes what a stack keeps in its folder and nothing else, in case the folder is somebody's home. */
async function empty(dataDir: string): Promise<void> {
  await clearStaleLock(join(dataDir, "postgres", "data"));
  const kept = [join(dataDir, "postgres"), join(dataDir, "logs"), secretsFile(dataDir)];
  await Promise.all(kept.map((path) => rm(path, { recursive: true, force: true })));
}

async function assertFree(ports: number[]): Promise<void> {
  for (const port of ports) {
    if (!(await isPortFree(port))) {
      throw new StartError(
        `Port ${port} is in use: stop the program that uses it, or choose another with --port (HTTP takes it, gRPC the two after it).`,
      );
    }
  }
}
