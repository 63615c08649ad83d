import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MappingServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { bearerMetadata, createClient } from "@rollcall/runtime/client";
import pg from "pg";
import { startStack } from "../../deploy/local/stack.ts";
import { migrateDirectory } from "../../directory-service/src/migrate.ts";
import { type Run, run, type Target, type Workload } from "./load.ts";
import { measureLag, measureMapping, type Stage } from "./mapping.ts";
import { newUser, user, userName } from "./users.ts";

/**
 * `npm run bench`: each workload on the whole system and on its yardstick
 * (yardstick.ts: the same SQL in one bare process), in turn, so that a machine
 * that slows down slows both. The figure to quote is the ratio. Then mapping:
 * an import, plans and a publication at two sizes, and the lag amid a sync.
 *
 * Options: --users N (10,000), --rounds N (3), --seconds N (3),
 * --mapped-users N (100,000), --only requests|mapping.
 */
const ONLY = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
const MAPPED_USERS = option("mapped-users", 100_000);
const USERS = option("users", 10_000);
const ROUNDS = option("rounds", 3);
const SECONDS = option("seconds", 3);
const CONNECTIONS = 16;

const dataDir = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
const serviceEnv = { "directory-service": { ROLLCALL_RECONCILE: "on" } };
const stack = await startStack({ dataDir, port: 0, rateLimit: false, serviceEnv });
try {
  if (ONLY !== "mapping") await benchRequests();
  if (ONLY !== "requests") await benchMapping();
} finally {
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function benchRequests(): Promise<void> {
  const rollcall: Target = { url: stack.scim, token: stack.token, pids: stack.pids };
  const yardstick = await startYardstick();
  const ids = { rollcall: await seed(rollcall), yardstick: await seed(yardstick.target) };
  await settled();
  await yardstick.analyze();
  const rows = [];
  for (const workload of workloads()) rows.push(await compare(workload, rollcall, yardstick.target, ids));
  yardstick.stop();
  report(rows);
}

/** A tenth of the users first, then the rest, then a sync of 10,000 more on top of them. */
async function benchMapping(): Promise<void> {
  const reconcile = async (state: "on" | "off") => {
    serviceEnv["directory-service"].ROLLCALL_RECONCILE = state;
    await stack.restart("directory-service");
    await answers();
  };
  const mapping = { pause: () => reconcile("off"), resume: () => reconcile("on") };
  const first = Math.ceil(MAPPED_USERS / 10);
  const small = await measureMapping(stack, mapping, { from: 0, users: first });
  const large = await measureMapping(stack, mapping, { from: first, users: MAPPED_USERS });
  const lags = await measureLag(stack, { from: MAPPED_USERS, users: first });
  reportMapping([...small, ...large], lags);
}

/** Waits until the gateway has found the service again. */
async function answers(): Promise<void> {
  const headers = { authorization: `Bearer ${stack.token}` };
  while (!(await fetch(`${stack.scim}/Users?count=1`, { headers })).ok) await sleep(50);
}

function reportMapping(stages: Stage[], lags: number[]): void {
  console.table(
    stages.map(({ name, records, seconds, cpu }) => ({
      stage: name,
      records,
      "records/s": Math.round(records / seconds),
      seconds: Number(seconds.toFixed(1)),
      "directory us": Math.round(cpu["directory"] ?? 0),
      "postgres us": Math.round(cpu["postgres"] ?? 0),
    })),
  );
  const at = (part: number) => Math.round(lags[Math.floor(lags.length * part)] ?? 0);
  console.log(`From SCIM answer to person amid a sync: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms of ${lags.length} users.`);
}

/** The workloads over users that exist on the server with these ids. */
type Workloads = (ids: string[]) => Workload;

function workloads(): Workloads[] {
  const any = () => Math.floor(Math.random() * USERS);
  return [
    () => ({
      name: 'GET /Users?filter=userName eq "…"',
      request: () => {
        const filter = encodeURIComponent(`userName eq "${userName(any())}"`);
        return { method: "GET", path: `/scim/v2/Users?filter=${filter}` };
      },
    }),
    (ids) => ({
      name: "GET /Users/{id}",
      request: () => ({ method: "GET", path: `/scim/v2/Users/${ids[any()]}` }),
    }),
    (ids) => ({
      name: "PATCH /Users/{id}",
      request: (n) => ({
        method: "PATCH",
        path: `/scim/v2/Users/${ids[any()]}`,
        body: JSON.stringify({
          schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
          Operations: [{ op: "replace", value: { title: `Engineer ${n}` } }],
        }),
      }),
    }),
    () => ({
      name: "POST /Users",
      request: () => ({ method: "POST", path: "/scim/v2/Users", body: JSON.stringify(newUser()) }),
    }),
  ];
}

interface Row {
  name: string;
  rollcall: Run;
  yardstick: Run;
  ratio: number;
}

/** Rounds of both in turn; the row has the round of the median ratio. What is left to map waits for no round. */
async function compare(
  workloadOf: Workloads,
  rollcall: Target,
  yardstick: Target,
  ids: { rollcall: string[]; yardstick: string[] },
): Promise<Row> {
  const load = { connections: CONNECTIONS, seconds: SECONDS };
  const [own, bare] = [workloadOf(ids.rollcall), workloadOf(ids.yardstick)];
  // Three processes have more code to warm up than one.
  await run(rollcall, own, { ...load, seconds: 4 });
  await run(yardstick, bare, { ...load, seconds: 4 });
  const rounds: Row[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await run(rollcall, own, load);
    await settled();
    const theirs = await run(yardstick, bare, load);
    const ratio = ours.requestsPerSecond / theirs.requestsPerSecond;
    rounds.push({ name: own.name, rollcall: ours, yardstick: theirs, ratio });
    console.error(`${own.name}  round ${round + 1}: ${ratio.toFixed(2)}`);
  }
  rounds.sort((a, b) => a.ratio - b.ratio);
  return rounds[Math.floor(rounds.length / 2)] as Row;
}

/** Waits until reconcile has nothing left to do. */
async function settled(): Promise<void> {
  const mapping = createClient(MappingServiceService, stack.grpc.directory);
  const options = { metadata: bearerMetadata(stack.ownerToken) };
  while ((await mapping.getReconcileStatus({}, options)).pending > 0) await sleep(100);
  mapping.close();
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

/** Creates the users and answers their ids in order. */
async function seed({ url, token }: Target): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const worker = async () => {
    for (let n = next++; n < USERS; n = next++) {
      const response = await fetch(`${url}/Users`, { method: "POST", headers, body: JSON.stringify(user(n)) });
      if (!response.ok) throw new Error(`Seeding failed: ${response.status} ${await response.text()}`);
      ids[n] = ((await response.json()) as { id: string }).id;
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  const seconds = (performance.now() - begin) / 1000;
  console.error(`Created ${USERS} users at ${url} in ${seconds.toFixed(1)} s.`);
  return ids;
}

/** Starts the yardstick on a database of its own beside the system's, with one account. */
async function startYardstick(): Promise<{ target: Target; analyze(): Promise<unknown>; stop(): void }> {
  const url = new URL(stack.databaseUrls.directory);
  url.pathname = "/yardstick";
  await migrateDirectory(url.href);
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(
    `insert into account (account_id, display_name, environment, organization_id, locale, time_zone, create_time, update_time)
     values ('bench', 'Bench', 1, gen_random_uuid(), 'en-US', 'Etc/UTC', now(), now())`,
  );
  const child = fork(new URL("yardstick.ts", import.meta.url), {
    env: { ...process.env, YARDSTICK_DATABASE_URL: url.href, YARDSTICK_ACCOUNT: "bench" },
  });
  const port = await new Promise<number>((resolve) =>
    child.once("message", (message: { ready: { port: number } }) => resolve(message.ready.port)),
  );
  const pids = { yardstick: child.pid ?? 0, postgres: stack.pids["postgres"] ?? 0 };
  return {
    target: { url: `http://127.0.0.1:${port}`, pids },
    // Reconcile does so for the system: plans that were made for empty tables read them whole.
    analyze: () => client.query("analyze"),
    stop() {
      child.kill();
      void client.end();
    },
  };
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
