import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AccountRole } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { Connection } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  GetHoldRequest,
  type GetHoldResponse,
  type HeldRecord,
  HoldState,
  ReprocessRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { beforeAll, describe, expect, it } from "vitest";
import { BULK_REQUEST, patchOp, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

const user = (n: number, rest: object = {}) => ({
  schemas: [USER],
  userName: `user${n}@example.com`,
  displayName: `User ${n}`,
  active: true,
  ...rest,
});

/** Provisions so many users by Bulk, waits for their people and answers the users' ids. */
async function provision({ scim, settle }: Account, count: number): Promise<string[]> {
  const operations = Array.from({ length: count }, (_, n) => ({
    method: "POST",
    path: "/Users",
    bulkId: `u${n}`,
    data: user(n),
  }));
  const { body } = await scim.post("/Bulk", { schemas: [BULK_REQUEST], Operations: operations });
  await settle();
  return (body["Operations"] as { location: string }[]).map(({ location }) => location.split("/").at(-1) as string);
}

const getHold = ({ rpc, owner }: Account, request = {}): Promise<GetHoldResponse> =>
  rpc.mapping.getHold(GetHoldRequest.fromPartial(request), owner);
const enabled = async (account: Account) => (await account.people()).filter(({ disabled }) => !disabled).length;

/** How an identity provider says that a user has gone: each is how some of them do. */
const deactivations: Record<string, (account: Account, id: string, n: number) => Promise<unknown>> = {
  "PATCH without a path": ({ scim }, id) => scim.patch(`/Users/${id}`, { op: "replace", value: { active: false } }),
  "PATCH with a text": ({ scim }, id) => scim.patch(`/Users/${id}`, { op: "Replace", path: "active", value: "False" }),
  PUT: ({ scim }, id, n) => scim.put(`/Users/${id}`, user(n, { active: false })),
  DELETE: ({ scim }, id) => scim.delete(`/Users/${id}`),
};

describe("an app that is un-assigned from a whole company by mistake", () => {
  it.each(Object.keys(deactivations))("leaves everybody enabled: one after the other by %s", async (how) => {
    const account = await stack.newAccount();
    const ids = await provision(account, 40);
    for (const [n, id] of ids.entries()) {
      await deactivations[how]?.(account, id, n);
      // Reconcile runs in between, now and then to the end.
      if (n % 8 === 0) await account.settle();
    }
    await account.settle();
    expect(await enabled(account)).toBe(40);
    const { hold, records } = await getHold(account);
    expect(hold).toMatchObject({ state: HoldState.HOLD_STATE_ACTIVE, peopleEnabled: 40, peopleHeld: 40 });
    expect(hold?.peopleDisabled).toBeGreaterThan(25);
    expect(records.map(({ scimUserId }) => scimUserId).toSorted()).toEqual(ids.toSorted());
    expect((await account.rpc.mapping.getReconcileStatus({}, account.owner)).holdId).toBe(hold?.id);
  });

  it.each([30, 130])("leaves everybody of %i people enabled: all at once by Bulk", async (count) => {
    const account = await stack.newAccount();
    const ids = await provision(account, count);
    const operations = ids.map((id) => ({
      method: "PATCH",
      path: `/Users/${id}`,
      data: patchOp({ op: "replace", value: { active: false } }),
    }));
    await account.scim.post("/Bulk", { schemas: [BULK_REQUEST], Operations: operations });
    await account.settle();
    expect(await enabled(account)).toBe(count);
    expect((await getHold(account)).hold?.peopleHeld).toBe(count);
  });

  it("is told with each request, and comes to nothing once the app is assigned again", async () => {
    const account = await stack.newAccount();
    const ids = await provision(account, 30);
    const traces = ids.map(() => randomBytes(16).toString("hex"));
    for (const [n, id] of ids.entries()) {
      const headers = { traceparent: `00-${traces[n]}-00f067aa0ba902b7-01` };
      await account.scim.send("PATCH", `/Users/${id}`, patchOp({ op: "replace", value: { active: false } }), headers);
      await account.settle();
    }
    const records = await logged(account);
    expect(records).toHaveLength(30);
    for (const { scimUserId, traceId, request, restored, executionId, personId, userName } of records) {
      const n = ids.indexOf(scimUserId);
      expect(traceId).toBe(traces[n]);
      expect(request).toMatchObject({ method: "PATCH", recordId: scimUserId, traceId, status: 200 });
      expect(userName).toBe(`user${n}@example.com`);
      expect(restored).toBe(n < 25);
      const mapping = await account.mapping("Users", scimUserId);
      expect(mapping).toMatchObject({ outcome: ExecutionOutcome.EXECUTION_OUTCOME_HELD, executionId, personId });
    }
    const { hold } = await getHold(account);
    for (const id of ids) await account.scim.patch(`/Users/${id}`, { op: "replace", value: { active: true } });
    await account.settle();
    expect((await getHold(account, { id: hold?.id ?? "" })).hold).toMatchObject({
      state: HoldState.HOLD_STATE_RESOLVED,
      peopleHeld: 0,
    });
    await expect(getHold(account)).rejects.toMatchObject({ reason: "HOLD_NOT_FOUND" });
    expect(await enabled(account)).toBe(30);
  });
});

/** Who is held, once the log has everybody's request: it is written after the answers. */
async function logged(account: Account): Promise<HeldRecord[]> {
  for (const deadline = Date.now() + 15_000; ; await sleep(50)) {
    const { records } = await getHold(account);
    if (records.every(({ request }) => request !== undefined)) return records;
    if (Date.now() > deadline) throw new Error("Some requests are not in the log.");
  }
}

it("the last owner is not disabled until somebody else owns the account", async () => {
  const account = await stack.newAccount();
  const [boss, other] = (await provision(account, 2)) as [string, string];
  const personOf = async (id: string) => (await account.mapping("Users", id)).personId;
  const own = (personId: string) =>
    account.rpc.accounts.setMemberRole(
      { accountId: "", personId, role: AccountRole.ACCOUNT_ROLE_OWNER },
      account.owner,
    );
  await own(await personOf(boss));
  await account.scim.patch(`/Users/${boss}`, { op: "replace", value: { active: false } });
  await account.settle();
  expect(await account.mapping("Users", boss)).toMatchObject({
    outcome: ExecutionOutcome.EXECUTION_OUTCOME_FAILED,
    error: expect.stringContaining("is the account's last owner"),
  });
  expect(await enabled(account)).toBe(2);
  await own(await personOf(other));
  await account.settle();
  expect(await account.mapping("Users", boss)).toMatchObject({ outcome: ExecutionOutcome.EXECUTION_OUTCOME_APPLIED });
  expect(await account.person(await personOf(boss))).toMatchObject({ disabled: true });
  expect(await account.person(await personOf(other))).toMatchObject({ disabled: false });
});

describe("an owner", () => {
  /** 10 people, of whom 6 are held. */
  async function held(): Promise<{ account: Account; ids: string[]; id: string }> {
    const account = await stack.newAccount();
    const connection = Connection.fromPartial({ brake: { maxPeople: 3 } });
    await account.rpc.connections.updateConnection({ connection, updateMask: ["brake.max_people"] }, account.owner);
    const ids = await provision(account, 10);
    for (const id of ids.slice(0, 6))
      await account.scim.patch(`/Users/${id}`, { op: "replace", value: { active: false } });
    await account.settle();
    expect(await enabled(account)).toBe(10);
    return { account, ids, id: (await getHold(account)).hold?.id as string };
  }

  it("releases some of a hold, then all of it", async () => {
    const { account, ids, id } = await held();
    const { mapping } = account.rpc;
    await mapping.releaseHold({ id, version: 0, scimUserIds: ids.slice(0, 2) }, account.owner);
    await account.settle();
    expect(await enabled(account)).toBe(8);
    const hold = await mapping.releaseHold({ id, version: 0, scimUserIds: [] }, account.owner);
    expect(hold).toMatchObject({ state: HoldState.HOLD_STATE_RELEASED, endTokenId: expect.stringMatching(/./) });
    await account.settle();
    expect(await enabled(account)).toBe(4);
  });

  it("discards a hold: everybody stays enabled until the client changes the user", async () => {
    const { account, ids, id } = await held();
    const { mapping } = account.rpc;
    await mapping.discardHold({ id, version: 0 }, account.owner);
    await account.settle();
    const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
    await mapping.reprocess(ReprocessRequest.fromPartial({ kind }), account.owner);
    await account.settle();
    expect(await enabled(account)).toBe(10);
    await account.scim.patch(`/Users/${ids[0]}`, { op: "replace", path: "title", value: "Former" });
    await account.settle();
    expect(await enabled(account)).toBe(9);
    await expect(mapping.releaseHold({ id, version: 0, scimUserIds: [] }, account.owner)).rejects.toMatchObject({
      reason: "HOLD_NOT_ACTIVE",
    });
  });
});
