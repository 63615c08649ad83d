import { beforeAll, expect, it } from "vitest";
import { startTestStack, type TestStack } from "../e2e/stack.ts";
import { openAccount, type Target } from "./account.ts";
import { regressions } from "./regressions.ts";
import { fuzz, slowness } from "./run.ts";
import { createTargets } from "./target.ts";
import { tryRequest } from "./try-request.ts";

const SEED = 7644;
const ACCOUNTS = 6;
const CASES = 350;
// A failure is made smaller for as long; without one, it is over much sooner.
const MOST_SECONDS = 300;

let stack: TestStack;
let accounts = 0;

beforeAll(async () => {
  stack = await startTestStack({ env: { ROLLCALL_RATE_LIMIT: "off" } });
  return () => stack.stop();
});

it.each(regressions)("does no longer do what it once did: $fault", async ({ requests }) => {
  const [target] = await createTargets(stack.processes, 1, `regression-${accounts++}`);
  const account = await openAccount(target as Target);
  try {
    for (const request of requests) {
      expect((await tryRequest(account, request)).fault).toBeUndefined();
      expect(await slowness(account, request)).toBeUndefined();
    }
  } finally {
    await account.close();
  }
});

it(
  "answers in SCIM whatever comes, and what is refused has changed nothing",
  async () => {
    const targets = await createTargets(stack.processes, ACCOUNTS);
    const report = await fuzz(targets, { seed: SEED, cases: CASES, seconds: MOST_SECONDS });
    expect(report.failures).toEqual([]);
    expect(report.requests).toBe(ACCOUNTS * CASES);
    // What is refused always would find little.
    const accepted = ["200", "201", "204"].map((status) => report.byStatus[status] ?? 0);
    expect(Math.min(...accepted), JSON.stringify(report.byStatus)).toBeGreaterThan(CASES / 10);
  },
  2 * MOST_SECONDS * 1_000,
);
