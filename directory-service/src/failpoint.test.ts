import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { FAILPOINTS, parseFailpoint } from "./failpoint.ts";

describe("a failpoint", () => {
  it("is named, the first time or another", () => {
    for (const name of FAILPOINTS) {
      expect(parseFailpoint(name)).toEqual({ name, time: 1 });
      expect(parseFailpoint(`${name}:12`)).toEqual({ name, time: 12 });
    }
  });

  it.each(["", "reconcile", "reconcile.before-commit:0", "reconcile.before-commit:", "publish.after-commit:1.5"])(
    "is not named by %j",
    (text) => {
      expect(parseFailpoint(text)).toBeUndefined();
    },
  );

  it("kills its process at that time, and nothing else does", async () => {
    const [code, signal, output] = await run(`
      armFailpoint({ name: "reconcile.between-batches", time: 3 });
      for (let n = 1; n < 5; n++) {
        console.log(n);
        failpoint("reconcile.before-commit");
        failpoint("reconcile.between-batches");
      }`);
    expect({ code, signal, output }).toEqual({ code: null, signal: "SIGKILL", output: "1\n2\n3\n" });
  });

  it("does nothing where none is armed", async () => {
    const [code, signal, output] = await run(`failpoint("reconcile.before-commit"); console.log("alive")`);
    expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: "alive\n" });
  });
});

async function run(statements: string): Promise<[code: number | null, signal: string | null, output: string]> {
  const module = new URL("failpoint.ts", import.meta.url);
  const script = `import { armFailpoint, failpoint } from "${module}";${statements}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code, signal] = await once(child, "close");
  return [code, signal, output];
}
