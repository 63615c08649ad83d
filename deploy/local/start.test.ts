import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { commandLineOf } from "./command-line.ts";
import type { Instance } from "./instance.ts";

const script = fileURLToPath(new URL("start.ts", import.meta.url));

describe("npm start", { timeout: 60_000 }, () => {
  let root: string;
  /** The folder of most tests, one after the other: a cluster is made once, and each end must leave it usable. */
  let dataDir: string;
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "rollcall-start-"));
    dataDir = join(root, "data");
  });
  afterEach(async () => {
    for (const child of children) {
      child.kill("SIGKILL");
    }
    children.clear();
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("prints one line of JSON when ready, ends everything on Ctrl-C and keeps data and tokens", async () => {
    const first = start("--json", "--port", "0", "--data", dataDir);
    const instance = await first.ready;
    expect(instance).toEqual({
      scim: `${instance.http}/scim/v2`,
      token: expect.stringMatching(/^rct_/),
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      grpc: {
        directory: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        token: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      },
      pids: {
        gateway: expect.any(Number),
        directory: expect.any(Number),
        token: expect.any(Number),
        postgres: expect.any(Number),
      },
      account: "demo",
      ownerToken: expect.stringMatching(/^rct_/),
    });
    expect((await stat(join(dataDir, "instance.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, "secrets.json"))).mode & 0o777).toBe(0o600);
    expect((await createUser(instance, "kept@example.com")).status).toBe(201);

    const second = await start("--port", "0", "--data", dataDir).end;
    expect(second).toEqual({
      code: 1,
      stdout: "",
      stderr: `The folder ${dataDir} is in use by the instance at ${instance.http} (process ${first.child.pid}): stop that one, or choose another folder with --data.\n`,
    });

    // As from a terminal, where npm passes on what the terminal has sent already.
    first.child.kill("SIGINT");
    await sleep(5);
    first.child.kill("SIGINT");
    const { code, stdout } = await first.end;
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(Object.values(instance.pids).map(commandLineOf)).toEqual(["", "", "", ""]);
    expect(existsSync(join(dataDir, "instance.json"))).toBe(false);

    const third = start("--json", "--port", "0", "--data", dataDir);
    const again = await third.ready;
    expect(again).toMatchObject({ token: instance.token, ownerToken: instance.ownerToken });
    expect((await createUser(again, "KEPT@example.com")).status).toBe(409);
    third.child.kill("SIGTERM");
    expect((await third.end).code).toBe(0);
  });

  it("leaves nothing running when the shell in which npm runs it is stopped", async () => {
    const args = [script, "--json", "--port", "0", "--data", dataDir];
    const shell = follow(
      spawn("/bin/sh", ["-c", `"$@"; exit $?`, "sh", process.execPath, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, npm_lifecycle_event: "start" },
      }),
    );
    const { pids } = await shell.ready;
    shell.child.kill("SIGTERM");
    await expect.poll(() => Object.values(pids).filter(commandLineOf), { timeout: 15_000 }).toEqual([]);
    await expect.poll(() => existsSync(join(dataDir, "instance.json")), { timeout: 5_000 }).toBe(false);
  });

  it("leaves nothing running when it is killed", async () => {
    const { child, ready } = start("--json", "--port", "0", "--data", dataDir);
    const { pids } = await ready;
    child.kill("SIGKILL");
    await expect.poll(() => Object.values(pids).filter(commandLineOf), { timeout: 15_000 }).toEqual([]);
  });

  it("stops everything and shows the end of the log when a service ends by itself", async () => {
    const { ready, end } = start("--json", "--port", "0", "--data", dataDir);
    const { pids } = await ready;
    process.kill(pids["token"] as number, "SIGKILL");
    const { code, stderr } = await end;
    expect(code).toBe(1);
    expect(stderr).toContain(
      `token-service ended unexpectedly (signal SIGKILL). The end of ${dataDir}/logs/token-service.log:\n`,
    );
    expect(Object.values(pids).filter(commandLineOf)).toEqual([]);
  });

  it("ends cleanly on Ctrl-C while it is still starting", async () => {
    const dataDir = join(root, "interrupted");
    const lock = join(dataDir, "postgres", "data", "postmaster.pid");
    const { child, end } = start("--json", "--port", "0", "--data", dataDir);
    await expect.poll(() => existsSync(lock), { timeout: 20_000, interval: 5 }).toBe(true);
    child.kill("SIGINT");
    expect(await end).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(existsSync(lock)).toBe(false);
  });

  it("says in one sentence that a port is busy", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { end } = start("--port", String(port), "--data", join(root, "busy"));
    expect(await end).toEqual({
      code: 1,
      stdout: "",
      stderr: `Port ${port} is in use: stop the program that uses it, or choose another with --port (HTTP takes it, gRPC the two after it).\n`,
    });
    server.close();
  });

  it("says in one sentence that the folder cannot be written to", async () => {
    await mkdir(root, { recursive: true });
    await writeFile(join(root, "a-file"), "");
    const folder = join(root, "a-file", "folder");
    const { end } = start("--data", folder);
    expect(await end).toEqual({
      code: 1,
      stdout: "",
      stderr: `The folder ${folder} cannot be written to (ENOTDIR).\n`,
    });
  });

  it.for([
    [["--prot", "80"], "Unknown option '--prot'. `npm start -- --help` lists the options."],
    [["--port", "http"], '--port takes a number from 0 to 65533, not "http".'],
    [["--data", ""], "--data takes a folder, not an empty text."],
    [["--port", "65534"], '--port takes a number from 0 to 65533, not "65534".'],
    [["8080"], "Unexpected argument '8080'. `npm start -- --help` lists the options."],
  ] as const)("says in one sentence what is wrong with %j", async ([args, sentence], { expect }) => {
    expect(await start(...args).end).toEqual({ code: 1, stdout: "", stderr: `${sentence}\n` });
  });

  function start(...args: string[]) {
    return follow(spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] }));
  }

  function follow(child: ChildProcessByStdio<null, Readable, Readable>) {
    children.add(child);
    const output = { stdout: "", stderr: "" };
    const ready = new Promise<Instance>((resolve, reject) => {
      child.stdout.on("data", (chunk) => {
        output.stdout += chunk;
        if (output.stdout.endsWith("\n")) {
          resolve(JSON.parse(output.stdout));
        }
      });
      child.once("close", (code, signal) => {
        reject(new Error(`ended (${signal ?? code}) before it was ready: ${output.stderr}`));
      });
    });
    ready.catch(() => {});
    child.stderr.on("data", (chunk) => {
      output.stderr += chunk;
    });
    const end = once(child, "close").then(([code]) => ({ code, ...output }));
    return { child, ready, end };
  }

  function createUser({ scim, token }: Instance, userName: string): Promise<Response> {
    return fetch(`${scim}/Users`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" },
      body: JSON.stringify({ schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName }),
    });
  }
});
