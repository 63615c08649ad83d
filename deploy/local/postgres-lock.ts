import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandLineOf } from "./command-line.ts";
import { StartError } from "./start-error.ts";

/**
 * Takes away the lock file of a server that was killed. PostgreSQL does so
 * itself unless the process id has since gone to somebody else, which happens
 * in containers, where ids are small. A server that is still there gets a few
 * seconds: it may be stopping because whoever started it has gone.
 *
 * @throws StartError where a server goes on using the data
 */
export async function clearStaleLock(data: string, patienceMs = 3_000): Promise<void> {
  const lock = join(data, "postmaster.pid");
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const pid = await readPid(lock);
    if (pid === undefined) {
      return;
    }
    if (!commandLineOf(pid).includes(data)) {
      await rm(lock, { force: true });
      return;
    }
    if (Date.now() > deadline) {
      throw new StartError(
        `The data folder ${data} is in use by another instance (PostgreSQL, process ${pid}): stop that one, or choose another folder with --data.`,
      );
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function readPid(lock: string): Promise<number | undefined> {
  const text = await readFile(lock, "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
}
