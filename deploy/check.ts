import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** `npm run check`: every check that needs no running service. All of them run, whatever fails. */
const checks: Record<string, () => boolean> = {
  "format, lint and import walls": () => run("biome", "check", "--error-on-warnings", "."),
  types: () => run("tsc", "--noEmit"),
  "buf lint": () => run("buf", "lint"),
  "contracts break nobody": () => run("buf", "breaking", "--against", "proto/released.binpb"),
  "generated code is current": generatedCodeIsCurrent,
  "OpenAPI is valid": openApiIsValid,
  "docs/rule-set.schema.json is current": () => run("node", "deploy/rule-set-schema.ts", "--check"),
  "docs/conformance.md is current": () => run("node", "test/conformance/generate.ts", "--check"),
};

const failed = Object.entries(checks)
  .filter(([name, check]) => {
    const begin = performance.now();
    const passed = check();
    console.log(`${passed ? "ok    " : "FAILED"} ${name} (${Math.round(performance.now() - begin)} ms)`);
    return !passed;
  })
  .map(([name]) => name);

if (failed.length > 0) {
  console.error(`Failed: ${failed.join(", ")}.`);
  process.exitCode = 1;
}

/** Generates into a folder of its own and compares: the tree stays as it is, right or wrong. */
function generatedCodeIsCurrent(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-generate-"));
  try {
    const fresh = join(folder, "proto/gen");
    const passed =
      run("buf", "generate", "--output", folder) &&
      run("buf", "build", "--exclude-source-info", "--output", join(fresh, "image.binpb")) &&
      run("diff", "--recursive", "--brief", fresh, "proto/gen");
    if (!passed) console.error("proto/gen is not what the protos make: run `npm run generate`.");
    return passed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The documents that the gateway would serve. Redocly is to ask nobody for anything. */
function openApiIsValid(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-openapi-"));
  Object.assign(process.env, { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" });
  try {
    return (
      run("node", "deploy/openapi.ts", folder) &&
      run("redocly", "lint", "--format", "stylish", "--config", "deploy/redocly.yaml", join(folder, "*.json"))
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, ...args: string[]): boolean {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return spawnSync(command, args, { cwd, stdio: "inherit" }).status === 0;
}
