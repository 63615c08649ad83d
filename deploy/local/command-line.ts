import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The command line of a process, by which a remembered process id is told from
 * one that has since gone to another program. "" where there is no such
 * process, or it has ended and only waits to be collected.
 */
export function commandLineOf(pid: number): string {
  try {
    return process.platform === "linux"
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
      : execFileSync("ps", ["-o", "command=", "-p", String(pid)], { stdio: "pipe" }).toString();
  } catch {
    return "";
  }
}
