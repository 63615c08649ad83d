import fc from "fast-check";
import { type FuzzAccount, openAccount, type Target } from "./account.ts";
import { Violation } from "./oracle.ts";
import { type FuzzRequest, type Offered, requests } from "./requests.ts";
import { type Outcome, tryRequest } from "./try-request.ts";

/** How much to throw, and from where to begin. */
export interface Plan {
  /** The account's place is added to it, so that each gets requests of its own. */
  seed: number;
  /** Requests for each account. */
  cases: number;
  /** Ends earlier. */
  seconds: number;
}

/** What came of it. */
export interface Report {
  requests: number;
  byStatus: Record<string, number>;
  /** Its time is that among all the others. */
  slowest: { ms: number; request: FuzzRequest } | undefined;
  failures: Failure[];
}

/** A request that was answered wrongly, made as small as it gets. */
export interface Failure {
  seed: number;
  request: FuzzRequest;
  what: string;
}

/** No request may take longer, alone on the machine. */
const LONGEST_MS = 250;
/** How often a slow request is repeated: the machine may have been busy with something else. */
const REPEATS = 5;
/** Slow requests to repeat at most, the slowest first. */
const MOST_SLOW = 20;

/**
 * Throws requests at each of the accounts, at all of them side by side and one
 * after the other at each: only so can be told which request changed a row.
 */
export async function fuzz(targets: readonly Target[], plan: Plan): Promise<Report> {
  const report: Report = { requests: 0, byStatus: {}, slowest: undefined, failures: [] };
  const slow: Slow[] = [];
  const accounts = await Promise.all(targets.map(openAccount));
  try {
    await Promise.all(accounts.map((account, place) => throwAt(account, plan, plan.seed + place, report, slow)));
    slow.sort((a, b) => b.outcome.ms - a.outcome.ms);
    for (const one of slow.slice(0, MOST_SLOW)) await confirm(one, report);
  } finally {
    await Promise.all(accounts.map((account) => account.close()));
  }
  return report;
}

/** A request that took too long, among others. */
interface Slow {
  account: FuzzAccount;
  seed: number;
  request: FuzzRequest;
  outcome: Outcome;
}

async function throwAt(account: FuzzAccount, plan: Plan, seed: number, report: Report, slow: Slow[]): Promise<void> {
  const property = fc.asyncProperty(requests(await offeredBy(account)), async (request) => {
    const outcome = await tryRequest(account, request);
    const { status, ms } = outcome;
    report.requests += 1;
    report.byStatus[status] = (report.byStatus[status] ?? 0) + 1;
    if (ms > (report.slowest?.ms ?? 0)) report.slowest = { ms, request };
    if (ms > LONGEST_MS) slow.push({ account, seed, request, outcome });
    if (outcome.fault !== undefined) throw outcome.fault;
  });
  const { cases, seconds } = plan;
  const result = await fc.check(property, { seed, numRuns: cases, interruptAfterTimeLimit: seconds * 1_000 });
  if (!result.failed) return;
  const { errorInstance: error, counterexample } = result;
  // A broken fuzzer is no finding.
  if (!(error instanceof Violation) || counterexample === null) throw error;
  report.failures.push({ seed, request: counterexample[0], what: error.message });
}

async function offeredBy(account: FuzzAccount): Promise<Offered> {
  const answers = ["/Bulk", "/.search"].map((path) => account.send({ method: "POST", path, body: "{}" }));
  const [bulk, search] = await Promise.all(answers);
  return { bulk: bulk?.status !== 501, search: search?.status !== 501 };
}

/** Counts a slow request if it is slow each time, alone. */
async function confirm({ account, seed, request }: Slow, report: Report): Promise<void> {
  const what = await slowness(account, request);
  if (what !== undefined) report.failures.push({ seed, request, what });
}

/** How slow a request is at its fastest, alone and several times. Undefined: not too slow. */
export async function slowness(account: FuzzAccount, request: FuzzRequest): Promise<string | undefined> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < REPEATS; turn++) {
    fastest = Math.min(fastest, (await tryRequest(account, request)).ms);
    if (fastest <= LONGEST_MS) return undefined;
  }
  return `at least ${Math.round(fastest)} ms, alone and ${REPEATS} times`;
}
