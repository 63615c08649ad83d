import { setTimeout as sleep } from "node:timers/promises";
import { ListPeopleRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ScimAnswer, scimClient } from "./scim-client.ts";
import { USER } from "./scim-messages.ts";
import { type Account, startTestStack, type TestStack } from "./stack.ts";

const CONNECTIONS = 8;

let stack: TestStack;
let account: Account;

beforeAll(async () => {
  // As behind a load balancer, which takes a moment to notice.
  const serviceEnv = { gateway: { ROLLCALL_DRAIN_DELAY_MS: "1000" } };
  stack = await startTestStack({ serviceEnv });
  return () => stack.stop();
});
beforeEach(async () => {
  account = await stack.newAccount();
});

describe("SIGTERM under load", () => {
  it("to the gateway: every request that was sent while it was ready is answered", async () => {
    const load = await startLoad();
    const exited = stack.processes.kill("gateway", "SIGTERM");
    while (load.goesOn) {
      load.goesOn = (await fetch(`${stack.processes.http}/readyz`)).ok;
      await sleep(5);
    }
    await load.ended;
    await exited;
    expect(countByStatus(load.answers)).toEqual({ 200: expect.any(Number), 201: expect.any(Number) });
    await stack.processes.restart("gateway");
    await expectAllKept(load.answers);
  });

  it("to directory-service: requests fail with 503 and Retry-After at most, and nothing accepted is lost", async () => {
    const load = await startLoad();
    await stack.processes.restart("directory-service");
    // The gateway finds the new process by itself, and soon.
    const { length } = load.answers;
    const isWritten = () => load.answers.slice(length).some(({ status }) => status === 201);
    await expect.poll(isWritten, { timeout: 5_000 }).toBe(true);
    load.goesOn = false;
    await load.ended;
    const failed = load.answers.filter(({ status }) => status >= 300);
    expect(countByStatus(failed)).toEqual(failed.length === 0 ? {} : { 503: failed.length });
    for (const { headers } of failed) expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    await expectAllKept(load.answers);
    await account.settle();
    const { body } = await account.scim.get("/Users?count=0");
    const { totalSize } = await account.rpc.people.listPeople(ListPeopleRequest.fromPartial({}), account.owner);
    expect(totalSize).toBe(body.totalResults);
  });
});

interface Load {
  /** Every answer so far. */
  answers: ScimAnswer[];
  goesOn: boolean;
  /** Resolves when the last answer is there. A dropped connection rejects. */
  ended: Promise<unknown>;
}

/** Many connections, each writing and reading for as long as `goesOn`. Resolves when it is under way. */
async function startLoad(): Promise<Load> {
  const load: Load = { answers: [], goesOn: true, ended: Promise.resolve() };
  load.ended = Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => writeAndRead(connection, load)));
  await expect.poll(() => load.answers.length, { timeout: 10_000 }).toBeGreaterThan(CONNECTIONS * 4);
  return load;
}

/** Creates a user and reads it, over and over. */
async function writeAndRead(connection: number, load: Load): Promise<void> {
  const scim = scimClient(stack.processes.scim, account.tokens.scim);
  for (let round = 0; load.goesOn; round++) {
    const userName = `user${connection}-${round}@example.com`;
    const created = await scim.post("/Users", { schemas: [USER], userName, displayName: userName });
    load.answers.push(created);
    if (created.status === 201 && load.goesOn) load.answers.push(await scim.get(`/Users/${created.body.id}`));
    // Whoever is told to come back later does not come back at once.
    if (created.status === 503) await sleep(20);
  }
}

function countByStatus(answers: ScimAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function expectAllKept(answers: ScimAnswer[]): Promise<void> {
  const created = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
  const found = new Set<string>();
  for (let startIndex = 1; ; startIndex += 500) {
    const { body } = await account.scim.get(`/Users?startIndex=${startIndex}&count=500&attributes=id`);
    for (const { id } of body.Resources ?? []) found.add(id);
    if (startIndex + 500 > body.totalResults) break;
  }
  expect(created.filter((id) => !found.has(id))).toEqual([]);
}
