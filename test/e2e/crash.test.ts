import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { beforeAll, describe, expect, it } from "vitest";
import { USER } from "./scim-messages.ts";
import { type Account, startTestStack, type TestStack } from "./stack.ts";

let stack: TestStack;
/** What directory-service gets at its next start. */
const directoryEnv = { ROLLCALL_RECONCILE: "on" };

beforeAll(async () => {
  stack = await startTestStack({ serviceEnv: { "directory-service": directoryEnv } });
  return () => stack.stop();
});

describe("a crash of directory-service", () => {
  it("between the SCIM answer and the reconcile loses no person", async () => {
    const { processes } = stack;
    const account = await stack.newAccount();
    // The window is made as wide as the test needs: this process maps nothing.
    directoryEnv.ROLLCALL_RECONCILE = "off";
    await restart(processes, account);
    directoryEnv.ROLLCALL_RECONCILE = "on";
    const { status, body } = await account.scim.post("/Users", anna);
    expect(status).toBe(201);
    expect(await account.rpc.mapping.getReconcileStatus({}, account.owner)).toMatchObject({ pending: 1 });
    await processes.kill("directory-service", "SIGKILL");

    await restart(processes, account);
    await expectOnePerson(account, body.id);
  });

  it("right after each of many answers makes every person exactly once", async () => {
    const { processes } = stack;
    const account = await stack.newAccount();
    const ids: string[] = [];
    for (const round of [1, 2, 3]) {
      const users = Array.from({ length: 5 }, (_, index) => ({
        ...anna,
        userName: `user${round}${index}@example.com`,
      }));
      const answers = await Promise.all(users.map((user) => account.scim.post("/Users", user)));
      await processes.kill("directory-service", "SIGKILL");
      expect(answers.map(({ status }) => status)).toEqual(users.map(() => 201));
      ids.push(...answers.map(({ body }) => body.id));
      await restart(processes, account);
    }
    await account.settle();
    expect(await account.people()).toHaveLength(ids.length);
    for (const id of ids) await expectOneCreation(account, id);
  }, 60_000);
});

const anna = { schemas: [USER], userName: "anna@example.com", displayName: "Anna Ōkami", active: true };

/** Starts directory-service again and waits until the gateway has found it: it tries again with growing pauses. */
async function restart(processes: TestStack["processes"], account: Account): Promise<void> {
  await processes.restart("directory-service");
  const status = async () => (await account.scim.get("/Users?count=1")).status;
  await expect.poll(status, { timeout: 5_000 }).toBe(200);
}

async function expectOnePerson(account: Account, scimId: string): Promise<void> {
  await account.settle();
  expect(await account.people()).toMatchObject([
    { name: "Anna Ōkami", primaryEmail: "anna@example.com", sourceId: scimId },
  ]);
  await expectOneCreation(account, scimId);
}

async function expectOneCreation(account: Account, scimId: string): Promise<void> {
  const executions = await account.executions(scimId);
  const applied = executions.filter(({ outcome }) => outcome === ExecutionOutcome.EXECUTION_OUTCOME_APPLIED);
  expect(applied).toMatchObject([{ causes: ["created"] }]);
  expect(executions.filter(({ outcome }) => outcome === ExecutionOutcome.EXECUTION_OUTCOME_FAILED)).toEqual([]);
}
