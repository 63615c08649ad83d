import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Writes everything that is made from the protos: both dialects' code and the descriptor image that reflection serves. */
export function generate(): void {
  buf("generate");
  buf("build", "--exclude-source-info", "--output", "proto/gen/image.binpb");
}

function buf(...args: string[]): void {
  execFileSync("buf", args, { cwd: fileURLToPath(new URL("..", import.meta.url)), stdio: "inherit" });
}

if (import.meta.main) generate();
