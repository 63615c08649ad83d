import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startStack } from "../../deploy/local/stack.ts";
import type { FuzzRequest } from "./requests.ts";
import { type Failure, fuzz, type Report } from "./run.ts";
import { createTargets } from "./target.ts";

/**
 * `npm run fuzz`: throws requests at the whole system until the time is over,
 * in rounds, each with a seed and accounts of its own.
 *
 * Options: --seed N (the time), --seconds N (60).
 */
const { seed, seconds } = readOptions();
const ACCOUNTS = 6;
const CASES = 500;

const dataDir = await mkdtemp(join(tmpdir(), "rollcall-fuzz-"));
const stack = await startStack({ dataDir, port: 0, rateLimit: false, durable: false });
try {
  const totals: Report = { requests: 0, byStatus: {}, slowest: undefined, failures: [] };
  const end = performance.now() + seconds * 1_000;
  for (let round = 0; round === 0 || performance.now() < end; round++) {
    const plan = { seed: seed + round * ACCOUNTS, cases: CASES, seconds: (end - performance.now()) / 1_000 };
    const report = await fuzz(await createTargets(stack, ACCOUNTS, `fuzz-${round}`), plan);
    add(totals, report);
    for (const failure of report.failures) tell(failure);
  }
  summarize(totals);
} finally {
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function add(totals: Report, { requests, byStatus, slowest, failures }: Report): void {
  totals.requests += requests;
  for (const [status, count] of Object.entries(byStatus))
    totals.byStatus[status] = (totals.byStatus[status] ?? 0) + count;
  if ((slowest?.ms ?? 0) > (totals.slowest?.ms ?? 0)) totals.slowest = slowest;
  totals.failures.push(...failures);
}

function tell({ seed, what, request }: Failure): void {
  console.error(`\nWRONG: ${what}\nagain with: npm run fuzz -- --seed ${seed}\n${text(request)}\n`);
}

function summarize({ requests, byStatus, slowest, failures }: Report): void {
  console.log(`Seed ${seed}: ${requests} requests.`);
  console.table(byStatus);
  if (slowest)
    console.log(`The slowest took ${Math.round(slowest.ms)} ms, with others beside it: ${text(slowest.request)}`);
  if (failures.length === 0) console.log("All were answered rightly.");
  else {
    console.error(`${failures.length} were answered wrongly.`);
    process.exitCode = 1;
  }
}

/** A request as curl would be told, cut where it is long. */
function text({ method, path, headers, body }: FuzzRequest): string {
  const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path}`, ...lines, ...(body === undefined ? [] : [body])].map(shorten).join("\n");
}

function shorten(line: string): string {
  return line.length > 4_000 ? `${line.slice(0, 4_000)}… (${line.length} characters)` : line;
}

/** The options, each a whole number of at least 1. Ends the process with a sentence where they are not. */
function readOptions(): { seed: number; seconds: number } {
  try {
    const { values } = parseArgs({ options: { seed: { type: "string" }, seconds: { type: "string" } } });
    return { seed: whole(values.seed, Date.now() % 1_000_000_000), seconds: whole(values.seconds, 60) };
  } catch {
    console.error("npm run fuzz [-- --seed N --seconds N], where N is a whole number of at least 1.");
    process.exit(2);
  }
}

function whole(text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error("Not a whole number.");
  return value;
}
