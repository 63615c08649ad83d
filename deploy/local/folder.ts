import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StartError } from "./start-error.ts";

/**
 * Makes a folder where it is missing, private to this user, and tries it out.
 *
 * @throws StartError where it cannot be written to
 */
export async function makeFolder(folder: string): Promise<void> {
  const probe = join(folder, ".writable");
  try {
    await makeWithParents(folder);
    // Root's PostgreSQL runs as another user, which has to pass through.
    await chmod(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new StartError(`The folder ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code}).`);
  }
}

// Not mkdir's own `recursive`: that never returns where the system answers
// ENOENT for a folder whose parent exists, as it does below /proc.
async function makeWithParents(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(folder) !== folder) {
      await makeWithParents(dirname(folder));
      await mkdir(folder);
    } else if (code !== "EEXIST") {
      throw error;
    }
  }
}
