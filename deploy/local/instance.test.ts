import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimFolder, type Instance, publishInstance, readInstance, releaseFolder } from "./instance.ts";

describe("instance.json", () => {
  const instance: Instance = {
    scim: "http://127.0.0.1:1/scim/v2",
    token: "t",
    http: "http://127.0.0.1:1",
    grpc: { directory: "127.0.0.1:2", token: "127.0.0.1:3" },
    pids: {},
    account: "demo",
    ownerToken: "o",
  };
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "rollcall-instance-"));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it("is there from publishing to release", async () => {
    await claimFolder(dataDir);
    expect(await readInstance(dataDir)).toBeUndefined();
    await publishInstance(dataDir, instance);
    expect(await readInstance(dataDir)).toMatchObject(instance);
    await releaseFolder(dataDir);
    expect(await readInstance(dataDir)).toBeUndefined();
  });

  it("of a process that has gone counts for nothing, also when its id belongs to another program", async () => {
    for (const pid of [2 ** 22 + 1, process.ppid]) {
      await writeFile(join(dataDir, "instance.json"), JSON.stringify({ ...instance, pid }));
      await claimFolder(dataDir);
      expect(JSON.parse(await readFile(join(dataDir, "instance.json"), "utf8"))).toEqual({ pid: process.pid });
    }
  });
});
