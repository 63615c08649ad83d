import { setTimeout as sleep } from "node:timers/promises";
import {
  type Execution,
  GetHoldRequest,
  HoldState,
  ListExecutionsRequest,
  ListRevisionsRequest,
  MappingServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import {
  ExecutionOutcome,
  ScimRecordKind,
  ScimRecordView,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { createClient } from "@rollcall/runtime/client";
import pg from "pg";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { bulk, idOf, newGroup, newUser, statuses } from "./bulk-messages.ts";
import { type Replica, startReplica } from "./replica.ts";
import { ENTERPRISE, patchOp } from "./scim-messages.ts";
import { type Account, as, startTestStack, type TestStack } from "./stack.ts";

const { EXECUTION_OUTCOME_APPLIED: APPLIED, EXECUTION_OUTCOME_HELD: HELD } = ExecutionOutcome;
const USERS = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
/** How many records a batch takes at most. */
const BATCH = 200;
const DEADLINE_MS = 15_000;

let stack: TestStack;
let replicas: Replica[] = [];

beforeAll(async () => {
  // The stack's own directory-service answers; replicas map, and die of it.
  const serviceEnv = { "directory-service": { ROLLCALL_RECONCILE: "off" } };
  stack = await startTestStack({ serviceEnv });
  return () => stack.stop();
});
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.kill()));
  replicas = [];
});

async function start(env: Record<string, string> = {}): Promise<Replica> {
  const replica = await startReplica(stack.processes, env);
  replicas.push(replica);
  return replica;
}

/** Has a replica map what is due until it comes by a point, and die there. */
async function dieAt(point: string): Promise<void> {
  const replica = await start({ ROLLCALL_FAILPOINT: point });
  const end = await Promise.race([replica.ended, sleep(DEADLINE_MS, "it is alive", { ref: false })]);
  expect(end, point).toBe("signal SIGKILL");
}

/** Has a replica map all that is due. */
async function mapAll(account: Account): Promise<void> {
  const replica = await start();
  await account.settle();
  await replica.kill();
}

describe("a mapping process that is killed", () => {
  it("at any point of a sync loses nothing and doubles nothing", async () => {
    const account = await stack.newAccount();
    const { groups, users, reports, manager } = await synchronise(account);
    // Batches: 2 groups; users, 200 at a time; and the 200 whose manager came after them, once more.
    const deaths: [point: string, seen: { executions: number; pending: number; people: number }][] = [
      ["reconcile.before-commit", { executions: 0, pending: 412, people: 0 }],
      ["reconcile.after-commit", { executions: 2, pending: 410, people: 0 }],
      ["reconcile.before-commit:2", { executions: 202, pending: 210, people: 200 }],
      ["reconcile.between-batches:2", { executions: 412, pending: 200, people: 410 }],
      ["reconcile.before-commit", { executions: 412, pending: 200, people: 410 }],
      ["reconcile.after-commit", { executions: 612, pending: 0, people: 410 }],
    ];
    for (const [point, expected] of deaths) {
      await dieAt(point);
      const seen = {
        executions: (await executions(account)).length,
        pending: (await status(account)).pending,
        people: (await account.people()).length,
      };
      expect(seen, point).toEqual(expected);
    }
    // All is mapped, and the queue does not know.
    expect(await jobs()).toBe(1);
    await start();
    await expect.poll(jobs, { timeout: 10_000 }).toBe(0);

    const all = await executions(account);
    expect(recordsOf(all, "created")).toEqual([...groups, ...users].toSorted());
    expect(recordsOf(all, "manager_linked")).toEqual(reports.toSorted());
    expect(all).toHaveLength(612);
    await expectLatest(account, users, all);

    const people = new Map((await account.people()).map((person) => [person.sourceId, person]));
    expect([...people.keys()].toSorted()).toEqual(users.toSorted());
    expect(new Set(Array.from(people.values(), ({ primaryEmail }) => primaryEmail)).size).toBe(users.length);
    const managerId = people.get(manager)?.id;
    for (const id of reports) expect(people.get(id)).toMatchObject({ managerId });
    const [own, sales] = await account.organizations();
    const [linked, other] = groups as [string, string];
    expect(await account.mapping("Groups", linked)).toMatchObject({ organizationId: sales?.id });
    expect(await account.mapping("Groups", other)).toMatchObject({ organizationId: "" });
    for (const [n, id] of users.entries()) expect(people.get(id)?.organizationId).toBe(n < SALES ? sales?.id : own?.id);
  }, 60_000);

  it("leaves its jobs to another, which goes on where it was", async () => {
    const account = await stack.newAccount();
    const survivor = await start();
    await survivor.answers();
    // Or it might be faster. It keeps its connections, so it is alive to the others.
    process.kill(survivor.pid, "SIGSTOP");
    const users = (await bulk(account.scim, newUsers(BATCH + 50))).map(idOf);
    await dieAt("reconcile.between-batches");
    expect(await status(account)).toMatchObject({ pending: 50 });
    process.kill(survivor.pid, "SIGCONT");
    await account.settle();
    const all = await executions(account);
    expect(recordsOf(all, "created")).toEqual(users.toSorted());
    expect(all).toHaveLength(users.length);
    await expectLatest(account, users, all);
    expect((await account.people()).map(({ sourceId }) => sourceId).toSorted()).toEqual(users.toSorted());
  }, 60_000);

  it("while the brake trips makes one hold, and everybody stays enabled", async () => {
    const account = await stack.newAccount();
    const users = (await bulk(account.scim, newUsers(30))).map(idOf);
    await mapAll(account);
    const data = patchOp({ op: "replace", value: { active: false } });
    await bulk(
      account.scim,
      users.map((id) => ({ method: "PATCH", path: `/Users/${id}`, data })),
    );
    const getHold = () => account.rpc.mapping.getHold(GetHoldRequest.fromPartial({}), account.owner);
    await dieAt("reconcile.before-commit");
    await expect(getHold()).rejects.toMatchObject({ reason: "HOLD_NOT_FOUND" });
    expect(await status(account)).toMatchObject({ pending: 30 });
    await dieAt("reconcile.after-commit");
    const { hold } = await getHold();
    expect(hold).toMatchObject({ state: HoldState.HOLD_STATE_ACTIVE, peopleHeld: 30 });
    await mapAll(account);
    expect((await getHold()).hold).toEqual(hold);
    expect((await account.people()).filter(({ disabled }) => disabled)).toEqual([]);
    const held = (await executions(account)).filter(({ outcome }) => outcome === HELD);
    expect(held.map(({ recordId }) => recordId).toSorted()).toEqual(users.toSorted());
  }, 60_000);
});

it("a publication is not there where its process is killed before the commit, and is run to its end where after", async () => {
  const account = await stack.newAccount();
  const users = (await bulk(account.scim, newUsers(10))).map(idOf);
  await mapAll(account);
  const { rpc, owner } = account;
  const { text, baseRevision } = await rpc.mapping.exportRuleSet({ kind: USERS, selector: undefined }, owner);
  const changed = text.replace("job_title: user.title", `job_title: '"Chief"'`);
  const { version } = await rpc.mapping.importRuleSet({ text: changed, version: 0, baseRevision }, owner);
  const revisions = async () => {
    const { ruleSets } = await rpc.mapping.listRevisions(ListRevisionsRequest.fromPartial({ kind: USERS }), owner);
    return ruleSets.map(({ revision }) => revision);
  };

  await publishAndDieAt("publish.before-commit", account, version);
  expect(await revisions()).toEqual([1]);
  expect(await status(account)).toMatchObject({ pending: 0, progress: [] });
  await publishAndDieAt("publish.after-commit", account, version);
  expect(await revisions()).toEqual([2, 1]);
  expect(await status(account)).toMatchObject({ pending: 10, progress: [{ revision: 2, processed: 0, total: 10 }] });

  await mapAll(account);
  expect(await status(account)).toMatchObject({ progress: [] });
  expect((await account.people()).map(({ jobTitle }) => jobTitle)).toEqual(users.map(() => "Chief"));
  expect(recordsOf(await executions(account), "rules_changed")).toEqual(users.toSorted());
}, 60_000);

/** Publishes the draft through a replica that dies of it. */
async function publishAndDieAt(point: string, { owner }: Account, version: number): Promise<void> {
  const replica = await start({ ROLLCALL_FAILPOINT: point, ROLLCALL_RECONCILE: "off" });
  await replica.answers();
  const mapping = createClient(MappingServiceService, replica.grpc);
  await expect(mapping.publishRuleSet({ kind: USERS, version, note: "" }, owner)).rejects.toMatchObject({
    reason: "UNAVAILABLE",
  });
  expect(await replica.ended, point).toBe("signal SIGKILL");
  mapping.close();
}

/** How many of the users are in the group that is called as an organization. */
const SALES = 100;

/** A sync of 410 users and 2 groups, in which 200 name a manager who comes last. */
async function synchronise(account: Account) {
  await account.createOrganization("Sales");
  const users = (await bulk(account.scim, newUsers(2 * BATCH + 10))).map(idOf);
  const manager = users.at(-1) as string;
  const reports = users.slice(0, BATCH);
  const value = { [ENTERPRISE]: { manager: { value: manager } } };
  const patches = reports.map((id) => ({
    method: "PATCH",
    path: `/Users/${id}`,
    data: patchOp({ op: "replace", value }),
  }));
  const results = await bulk(account.scim, [
    ...patches,
    newGroup("Sales", ...users.slice(0, SALES)),
    newGroup("Support", manager),
  ]);
  expect(statuses(results)).toEqual([...patches.map(() => "200"), "201", "201"]);
  return { groups: results.slice(-2).map(idOf), users, reports, manager };
}

function newUsers(count: number) {
  return Array.from({ length: count }, (_, n) => newUser(`u${n}`, { displayName: `User ${n}`, active: true }));
}

const status = ({ rpc, owner }: Account) => rpc.mapping.getReconcileStatus({}, owner);

/** All executions of an account, newest first. */
async function executions({ rpc, owner }: Account): Promise<Execution[]> {
  const all: Execution[] = [];
  for (let pageToken = ""; ; ) {
    const request = ListExecutionsRequest.fromPartial({ pageSize: 500, pageToken });
    const page = await rpc.mapping.listExecutions(request, owner);
    all.push(...page.executions);
    pageToken = page.nextPageToken;
    if (pageToken === "") return all;
  }
}

/** The records of which executions have a cause, in the order of their ids, as often as there are any. */
function recordsOf(all: Execution[], cause: string): string[] {
  return all
    .filter(({ causes }) => causes.includes(cause))
    .map(({ recordId }) => recordId)
    .toSorted();
}

/** Each user is as the latest of its executions has left it. */
async function expectLatest({ rpc, tokens }: Account, ids: string[], all: Execution[]): Promise<void> {
  const view = ScimRecordView.SCIM_RECORD_VIEW_FULL;
  const { scimUsers } = await rpc.scimUsers.batchGetScimUsers({ ids, view }, as(tokens.scim));
  expect(scimUsers).toHaveLength(ids.length);
  // The newest come first, so they stay.
  const latest = new Map(all.toReversed().map((execution) => [execution.recordId, execution]));
  for (const { id, mapping } of scimUsers) {
    const { id: executionId, personId } = latest.get(id) as Execution;
    expect(mapping).toMatchObject({ pending: false, outcome: APPLIED, error: "", executionId, personId });
  }
}

/** How many jobs the queue has. */
async function jobs(): Promise<number> {
  const client = new pg.Client({ connectionString: stack.processes.databaseUrls.directory });
  await client.connect();
  try {
    return (await client.query("select from graphile_worker.jobs")).rows.length;
  } finally {
    await client.end();
  }
}
