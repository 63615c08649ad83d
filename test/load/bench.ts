import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "../../deploy/local/stack.ts";
import { SCIM_USER_GET, SCIM_USER_LOOKUP } from "../../directory-service/src/storage/scim-users.ts";
import { type Run, run, type Target, type Workload } from "./load.ts";
import { newUser, user, userName } from "./users.ts";

/**
 * `npm run bench`: each workload on the whole system and on its yardstick
 * (yardstick.ts: the same SQL in one bare process), in turn, so that a machine
 * that slows down slows both. The figure to quote is the ratio.
 *
 * Options: --users N (10,000), --rounds N (3), --seconds N (3).
 */
const USERS = option("users", 10_000);
const ROUNDS = option("rounds", 3);
const SECONDS = option("seconds", 3);
const CONNECTIONS = 16;

const dataDir = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
const stack = await startStack({ dataDir, port: 0, rateLimit: false });
try {
  const rollcall: Target = { url: stack.scim, token: stack.token, pids: stack.pids };
  const ids = await seed(rollcall);
  const yardstick = await startYardstick();
  const rows = [];
  for (const workload of workloads(ids)) rows.push(await compare(workload, rollcall, yardstick.target));
  yardstick.stop();
  report(rows);
} finally {
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function workloads(ids: string[]): Workload[] {
  const any = () => Math.floor(Math.random() * USERS);
  return [
    {
      name: 'GET /Users?filter=userName eq "…"',
      request: () => {
        const filter = encodeURIComponent(`userName eq "${userName(any())}"`);
        return { method: "GET", path: `/scim/v2/Users?filter=${filter}` };
      },
    },
    {
      name: "GET /Users/{id}",
      request: () => ({ method: "GET", path: `/scim/v2/Users/${ids[any()]}` }),
    },
    {
      name: "PATCH /Users/{id}",
      request: (n) => ({
        method: "PATCH",
        path: `/scim/v2/Users/${ids[any()]}`,
        body: JSON.stringify({
          schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
          Operations: [{ op: "replace", value: { title: `Engineer ${n}` } }],
        }),
      }),
    },
    {
      name: "POST /Users",
      request: () => ({ method: "POST", path: "/scim/v2/Users", body: JSON.stringify(newUser()) }),
    },
  ];
}

interface Row {
  name: string;
  rollcall: Run;
  yardstick: Run;
  ratio: number;
}

/** Rounds of both in turn; the row has the round of the median ratio. */
async function compare(workload: Workload, rollcall: Target, yardstick: Target): Promise<Row> {
  const load = { connections: CONNECTIONS, seconds: SECONDS };
  await run(rollcall, workload, { ...load, seconds: 1 });
  await run(yardstick, workload, { ...load, seconds: 1 });
  const rounds: Row[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const own = await run(rollcall, workload, load);
    const bare = await run(yardstick, workload, load);
    const ratio = own.requestsPerSecond / bare.requestsPerSecond;
    rounds.push({ name: workload.name, rollcall: own, yardstick: bare, ratio });
    console.error(`${workload.name}  round ${round + 1}: ${ratio.toFixed(2)}`);
  }
  rounds.sort((a, b) => a.ratio - b.ratio);
  return rounds[Math.floor(rounds.length / 2)] as Row;
}

function report(rows: Row[]): void {
  console.table(
    rows.map(({ name, rollcall, yardstick, ratio }) => ({
      workload: name,
      "ratio to yardstick": ratio.toFixed(2),
      "requests/s": Math.round(rollcall.requestsPerSecond),
      "yardstick's": Math.round(yardstick.requestsPerSecond),
      "p50 ms": rollcall.p50,
      "p99 ms": rollcall.p99,
      errors: rollcall.errors + yardstick.errors,
    })),
  );
  console.log("Where the time goes: microseconds of processor time for each request.");
  console.table(
    rows.map(({ name, rollcall, yardstick }) => ({
      workload: name,
      ...rounded(rollcall.cpu),
      yardstick: Math.round(yardstick.cpu["yardstick"] ?? 0),
      "yardstick's postgres": Math.round(yardstick.cpu["postgres"] ?? 0),
    })),
  );
  if (rows.some(({ rollcall, yardstick }) => rollcall.errors + yardstick.errors > 0)) {
    console.error("Some requests failed, so the ratios mean nothing.");
    process.exitCode = 1;
  }
}

function rounded(cpu: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(cpu).map(([name, value]) => [name, Math.round(value)]));
}

/** Creates the users over SCIM and answers their ids in order. */
async function seed({ url, token }: Target): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const worker = async () => {
    for (let n = next++; n < USERS; n = next++) {
      const response = await fetch(`${url}/Users`, { method: "POST", headers, body: JSON.stringify(user(n)) });
      if (response.status !== 201) throw new Error(`Seeding failed: ${response.status} ${await response.text()}`);
      ids[n] = ((await response.json()) as { id: string }).id;
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const seconds = (performance.now() - begin) / 1000;
  console.error(`Created ${USERS} users in ${seconds.toFixed(1)} s.`);
  return ids;
}

async function startYardstick(): Promise<{ target: Target; stop(): void }> {
  const child = fork(new URL("yardstick.ts", import.meta.url), {
    env: {
      ...process.env,
      YARDSTICK_DATABASE_URL: stack.databaseUrls.directory,
      YARDSTICK_ACCOUNT: stack.account,
      YARDSTICK_STATEMENTS: JSON.stringify({ lookup: SCIM_USER_LOOKUP, get: SCIM_USER_GET }),
    },
  });
  const port = await new Promise<number>((resolve) =>
    child.once("message", (message: { ready: { port: number } }) => resolve(message.ready.port)),
  );
  const pids = { yardstick: child.pid ?? 0, postgres: stack.pids["postgres"] ?? 0 };
  return { target: { url: `http://127.0.0.1:${port}`, pids }, stop: () => child.kill() };
}

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1) {
    console.error(`--${name} must be a whole number of at least 1.`);
    process.exit(2);
  }
  return value;
}
