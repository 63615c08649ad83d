import { execFileSync, spawnSync } from "node:child_process";
import { StartError } from "./start-error.ts";

/** Who PostgreSQL runs as. */
export interface PostgresUser {
  /** To be given to `spawn`, and to own the data. Unset: the caller's own. */
  ids?: { uid: number; gid: number };
  /** Command line to put before the program's. */
  prefix: string[];
}

/**
 * PostgreSQL refuses to run as root. Anybody else runs it as themselves; for
 * root it runs as the system user `postgres`, made where there is none. Where
 * that user cannot reach the program or the data, as below /root, a user
 * namespace shows PostgreSQL another user id while it keeps root's files.
 *
 * @param program - what the user must be able to execute
 * @param folder - an existing folder that the user must be able to enter
 * @throws StartError where neither way works
 */
export function postgresUser(program: string, folder: string): PostgresUser {
  if (process.getuid?.() !== 0) {
    return { prefix: [] };
  }
  const ids = idsOf("postgres") ?? createUser("postgres");
  if (ids && spawnSync(program, ["--version"], { ...ids, cwd: folder }).status === 0 && entersFolder(ids, folder)) {
    return { ids, prefix: [] };
  }
  // A name of the system's own, since initdb asks for it.
  const shown = ids ?? idsOf("nobody") ?? { uid: 65534, gid: 65534 };
  const prefix = ["unshare", "--user", `--map-user=${shown.uid}`, `--map-group=${shown.gid}`];
  if (spawnSync("unshare", [...prefix.slice(1), program, "--version"], { cwd: folder }).status === 0) {
    return { prefix };
  }
  throw new StartError(
    `PostgreSQL cannot run as root, and the user postgres cannot reach ${folder} or ${program}: use another user, or a folder that others may enter.`,
  );
}

function idsOf(name: string): { uid: number; gid: number } | undefined {
  const id = (flag: string) => Number.parseInt(execFileSync("id", [flag, name], { stdio: "pipe" }).toString(), 10);
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

function createUser(name: string): { uid: number; gid: number } | undefined {
  spawnSync("groupadd", ["--system", name]);
  spawnSync("useradd", ["--system", "--gid", name, "--no-create-home", "--shell", "/bin/false", name]);
  return idsOf(name);
}

// By absolute path, because that is how PostgreSQL enters its data.
function entersFolder(ids: { uid: number; gid: number }, folder: string): boolean {
  return spawnSync("test", ["-x", folder], ids).status === 0;
}
