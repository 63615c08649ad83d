import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { commandLineOf } from "./command-line.ts";
import { makeFolder } from "./folder.ts";
import { StartError } from "./start-error.ts";

/** What `npm start -- --json` prints and `npm run demo` reads. */
export interface Instance {
  /** Base URL for identity providers. */
  scim: string;
  /** SCIM token of the account. */
  token: string;
  http: string;
  grpc: { directory: string; token: string };
  /** Process ids by part. */
  pids: Record<string, number>;
  account: string;
  ownerToken: string;
}

/** instance.json: who uses the folder, and how to reach it once it runs. */
type InstanceFile = { pid: number } & Partial<Instance>;

/**
 * Takes a data folder for this process.
 *
 * @throws StartError where another process has it, or it cannot be written to
 */
export async function claimFolder(dataDir: string): Promise<void> {
  await makeFolder(resolve(dataDir));
  const owner = await readInstanceFile(dataDir);
  if (owner && owner.pid !== process.pid && commandLineOf(owner.pid).includes("start.ts")) {
    const where = owner.http ? ` at ${owner.http}` : "";
    throw new StartError(
      `The folder ${resolve(dataDir)} is in use by the instance${where} (process ${owner.pid}): stop that one, or choose another folder with --data.`,
    );
  }
  await write(dataDir, { pid: process.pid });
}

/** Says how the instance in a claimed folder is reached. */
export async function publishInstance(dataDir: string, instance: Instance): Promise<void> {
  await write(dataDir, { pid: process.pid, ...instance });
}

/** Gives a claimed folder back. */
export async function releaseFolder(dataDir: string): Promise<void> {
  await rm(instanceFile(dataDir), { force: true });
}

/** The instance that runs in a folder; undefined where none does, or it is still starting. */
export async function readInstance(dataDir: string): Promise<Instance | undefined> {
  const file = await readInstanceFile(dataDir);
  return file?.scim && commandLineOf(file.pid) ? (file as Instance) : undefined;
}

async function readInstanceFile(dataDir: string): Promise<InstanceFile | undefined> {
  try {
    return JSON.parse(await readFile(instanceFile(dataDir), "utf8"));
  } catch {
    return undefined;
  }
}

async function write(dataDir: string, content: InstanceFile): Promise<void> {
  const file = instanceFile(dataDir);
  await writeFile(file, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}

function instanceFile(dataDir: string): string {
  return join(resolve(dataDir), "instance.json");
}
