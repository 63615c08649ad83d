import { Execution } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Call } from "@rollcall/runtime/implement";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../../test/reconcile-fixture.ts";
import { createPageTokens, readSigningKey } from "../storage/page-token.ts";
import { mappingHandlers } from "./mapping.ts";

const [SCIM_USER, SCIM_GROUP] = [1, 2] as const;
let directory: Fixture;
let handlers: ReturnType<typeof mappingHandlers>;
const scheduled: string[] = [];

beforeAll(async () => {
  directory = await createFixture();
  handlers = mappingHandlers({
    db: directory.db,
    pageTokens: createPageTokens(await readSigningKey(directory.db)),
    scheduleReconcile: (accountId) => scheduled.push(accountId),
  });
});
afterAll(() => directory.close());

function as(accountId: string): Call {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  return {
    caller: { tokenId: "t", accountId, scopes: new Set() },
    trace: { traceId, traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    signal: new AbortController().signal,
  };
}

const everything = { kind: 0, recordId: "", personId: "", outcome: 0, pageSize: 0, pageToken: "" } as const;

describe("MappingService", () => {
  it("gives the published rule set of the caller's account only", async () => {
    const ruleSet = await handlers.getRuleSet({ kind: SCIM_USER }, as(directory.accountId));
    expect(ruleSet).toMatchObject({ kind: SCIM_USER, revision: 1, state: 2, rules: [{ name: "SCIM user to person" }] });
    expect(ruleSet.createTime?.getFullYear()).toBeGreaterThan(2000);
    await expect(handlers.getRuleSet({ kind: SCIM_USER }, as("other"))).rejects.toMatchObject({
      reason: "RULE_SET_NOT_FOUND",
    });
    await expect(handlers.getRuleSet({ kind: 0 }, as(directory.accountId))).rejects.toMatchObject({
      reason: "FIELD_INVALID",
    });
  });

  it("lists executions newest first, by page and by filter", async () => {
    const users: string[] = [];
    for (const n of [1, 2, 3]) users.push(await directory.addUser({ userName: `l${n}@example.com`, displayName: "L" }));
    const failing = await directory.addUser({ userName: "no-email", displayName: "L" });
    await directory.reconcile();

    const me = as(directory.accountId);
    const first = await handlers.listExecutions({ ...everything, pageSize: 3 }, me);
    expect(first.executions.map(({ recordId }) => recordId)).toEqual([failing, users[2], users[1]]);
    expect(first.outcomeCounts).toEqual([
      { outcome: 1, executions: 3 },
      { outcome: 3, executions: 1 },
    ]);
    const second = await handlers.listExecutions({ ...everything, pageSize: 3, pageToken: first.nextPageToken }, me);
    expect(second.executions.map(({ recordId }) => recordId)).toEqual([users[0]]);
    expect(second).toMatchObject({ nextPageToken: "", outcomeCounts: [] });

    const personId = (await directory.personOf(users[0] as string))?.["id"];
    for (const filter of [{ personId }, { recordId: users[0] as string }, { outcome: 1, personId, kind: SCIM_USER }])
      expect(
        (await handlers.listExecutions({ ...everything, ...filter } as typeof everything, me)).executions,
      ).toHaveLength(1);
    for (const filter of [{ kind: SCIM_GROUP }, { recordId: "no-uuid" }, { personId: v7() }])
      expect((await handlers.listExecutions({ ...everything, ...filter } as typeof everything, me)).executions).toEqual(
        [],
      );
    expect((await handlers.listExecutions(everything, as("other"))).executions).toEqual([]);
    await expect(
      handlers.listExecutions({ ...everything, kind: SCIM_USER, pageToken: first.nextPageToken }, me),
    ).rejects.toMatchObject({ reason: "PAGE_TOKEN_INVALID" });
  });

  it("gives an execution whole, and not to another account", async () => {
    const user = await directory.addUser({ userName: "whole@example.com", displayName: "W", title: "T" });
    await directory.reconcile();
    const { id } = await directory.executionOf(user);
    const execution = await handlers.getExecution({ id }, as(directory.accountId));
    expect(Execution.decode(Execution.encode(execution).finish())).toMatchObject({
      id,
      kind: SCIM_USER,
      recordId: user,
      outcome: 1,
      values: { primary_email: "whole@example.com", job_title: "T", vip: null },
      changes: expect.arrayContaining([{ field: "job_title", before: null, after: "T" }]),
      error: "",
    });
    for (const [unknown, account] of [
      [id, "other"],
      [v7(), directory.accountId],
      ["x", directory.accountId],
    ])
      await expect(handlers.getExecution({ id: unknown }, as(account as string))).rejects.toMatchObject({
        reason: "EXECUTION_NOT_FOUND",
      });
  });

  it("queues one record or all of a kind, and says what waits", async () => {
    const me = as(directory.accountId);
    const user = await directory.addUser({ userName: "again@example.com", displayName: "A" });
    await directory.reconcile();
    expect(await handlers.getReconcileStatus({}, me)).toEqual({ pending: 0, oldestPendingTime: undefined });
    expect(await handlers.reprocess({ kind: SCIM_USER, recordId: user }, me)).toEqual({ queued: 1 });
    const status = await handlers.getReconcileStatus({}, me);
    expect(status.pending).toBe(1);
    expect(Date.now() - (status.oldestPendingTime?.getTime() ?? 0)).toBeLessThan(60_000);
    expect(scheduled).toContain(directory.accountId);
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({ causes: ["manual"], trace_id: me.trace.traceId });

    const [{ count }] = (await directory.rows("select count(*)::int from scim_user where delete_time is null")) as [
      { count: number },
    ];
    expect(await handlers.reprocess({ kind: SCIM_USER, recordId: "" }, me)).toEqual({ queued: count });
    await expect(handlers.reprocess({ kind: SCIM_USER, recordId: v7() }, me)).rejects.toMatchObject({
      reason: "SCIM_USER_NOT_FOUND",
    });
    await expect(handlers.reprocess({ kind: SCIM_GROUP, recordId: user }, me)).rejects.toMatchObject({
      reason: "SCIM_GROUP_NOT_FOUND",
    });
  });
});
