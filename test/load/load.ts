import { readFileSync } from "node:fs";
import autocannon from "autocannon";

/** One kind of request, made anew for each. `n` counts the requests of a run. */
export interface Workload {
  name: string;
  request(n: number): { method: "GET" | "POST" | "PATCH"; path: string; body?: string };
}

/** A server to send a workload to. */
export interface Target {
  url: string;
  token?: string;
  /** Whose processor time to report, by name. */
  pids: Record<string, number>;
}

/** What one run came to. */
export interface Run {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers other than 2xx, and connections that failed. */
  errors: number;
  /** Microseconds of processor time for each request, by process. */
  cpu: Record<string, number>;
}

/** Sends a workload for some seconds over keep-alive connections, each with one request in flight. */
export async function run(target: Target, workload: Workload, { connections = 16, seconds = 3 } = {}): Promise<Run> {
  let n = 0;
  const headers = {
    "content-type": "application/scim+json",
    ...(target.token ? { authorization: `Bearer ${target.token}` } : {}),
  };
  const before = processorTimes(target.pids);
  const result = await autocannon({
    url: target.url,
    connections,
    duration: seconds,
    requests: [{ setupRequest: (request) => ({ ...request, headers, ...workload.request(n++) }) }],
  });
  const after = processorTimes(target.pids);
  const cpu = Object.keys(after).map((name) => [name, ((after[name] ?? 0) - (before[name] ?? 0)) / result["2xx"]]);
  return {
    requestsPerSecond: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    errors: result.non2xx + result.errors,
    cpu: Object.fromEntries(cpu),
  };
}

// USER_HZ of every Linux that Node supports.
const TICK_US = 10_000;

/** Processor time so far in microseconds, a process's children included (PostgreSQL has one for each connection). */
export function processorTimes(pids: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => [
      name,
      childrenOf(pid).reduce((sum, child) => sum + timeOf(child, false), timeOf(pid, true)),
    ]),
  );
}

function timeOf(pid: number, withEndedChildren: boolean): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const ticks = fields.slice(11, withEndedChildren ? 15 : 13).map(Number);
    return ticks.reduce((sum, value) => sum + value, 0) * TICK_US;
  } catch {
    // It has ended, or the system has no /proc.
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
