import { Execution, ListExecutionsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Call } from "@rollcall/runtime/implement";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../../test/reconcile-fixture.ts";
import { listStatement, OUTCOME_COUNT_LIMIT } from "../storage/executions.ts";
import { createPageTokens, readSigningKey } from "../storage/page-token.ts";
import { executionHandlers } from "./executions.ts";

const [SCIM_USER, SCIM_GROUP] = [1, 2] as const;
const [APPLIED, NO_CHANGE, CONDITION_NOT_MET, FAILED] = [1, 2, 3, 4] as const;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let directory: Fixture;
let handlers: ReturnType<typeof executionHandlers>;
let me: Call;

beforeAll(async () => {
  directory = await createFixture();
  const pageTokens = createPageTokens(await readSigningKey(directory.db));
  handlers = executionHandlers({ db: directory.db, pageTokens });
  me = as(directory.accountId);
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

type Filter = { [Field in keyof ListExecutionsRequest]?: ListExecutionsRequest[Field] | undefined };
const NOTHING = ListExecutionsRequest.fromPartial({});
const list = (filter: Filter, call = me) =>
  handlers.listExecutions({ ...NOTHING, ...filter } as ListExecutionsRequest, call);
const recordsOf = async (filter: Filter) => (await list(filter)).executions.map(({ recordId }) => recordId);

describe("the executions of an account", () => {
  const users: string[] = [];
  let failing: string;
  beforeAll(async () => {
    for (const n of [1, 2, 3]) users.push(await directory.addUser({ userName: `l${n}@example.com`, displayName: "L" }));
    failing = await directory.addUser({ userName: "no-email", displayName: "L" });
    await directory.rows(
      "update dirty_record set traceparent = $2 where record_id = $1",
      users[1],
      `00-${TRACE}-00f067aa0ba902b7-01`,
    );
    await directory.reconcile();
  });

  it("are listed newest first, by page, with how many have which outcome on the first", async () => {
    const first = await list({ pageSize: 3 });
    expect(first.executions.map(({ recordId }) => recordId)).toEqual([failing, users[2], users[1]]);
    expect(first.outcomeCounts).toEqual([
      { outcome: APPLIED, executions: 3 },
      { outcome: CONDITION_NOT_MET, executions: 1 },
    ]);
    const second = await list({ pageSize: 3, pageToken: first.nextPageToken });
    expect(second.executions.map(({ recordId }) => recordId)).toEqual([users[0]]);
    expect(second).toMatchObject({ nextPageToken: "", outcomeCounts: [] });
  });

  it("are found by record, person, outcome, kind, trace and time, alone and together", async () => {
    const personId = (await directory.personOf(users[0] as string))?.["id"];
    const [{ startTime } = { startTime: undefined }] = (await list({ recordId: failing })).executions;
    const later = new Date((startTime?.getTime() ?? 0) + 1);
    for (const filter of [
      { personId },
      { recordId: users[0] as string },
      { outcome: APPLIED, personId, kind: SCIM_USER },
    ])
      expect(await recordsOf(filter)).toEqual([users[0]]);
    expect(await recordsOf({ traceId: TRACE })).toEqual([users[1]]);
    expect(await recordsOf({ traceId: TRACE, outcome: APPLIED, startTime, endTime: later })).toEqual([users[1]]);
    expect(await recordsOf({ startTime })).toEqual([failing, ...users.toReversed()]);
    expect(await recordsOf({ endTime: later, outcome: CONDITION_NOT_MET })).toEqual([failing]);
    for (const filter of [
      { kind: SCIM_GROUP },
      { recordId: "no-uuid" },
      { personId: v7() },
      { traceId: "f".repeat(32) },
      { traceId: "no\u0000trace" },
      { startTime: later },
      { endTime: startTime },
    ])
      expect(await recordsOf(filter)).toEqual([]);
  });

  it("are nobody else's, and a page token serves the question it was given for", async () => {
    expect((await list({}, as("other"))).executions).toEqual([]);
    const { nextPageToken: pageToken } = await list({ pageSize: 1 });
    for (const filter of [{ kind: SCIM_USER }, { traceId: TRACE }, { startTime: new Date(0) }])
      await expect(list({ ...filter, pageToken })).rejects.toMatchObject({ reason: "PAGE_TOKEN_INVALID" });
    await expect(list({ startTime: new Date(Number.NaN) })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  });

  it("are not asked for by what there is not", async () => {
    const now = new Date();
    for (const [field, filter] of [
      ["kind", { kind: 7 as never }],
      ["kind", { kind: -1 as never }],
      ["outcome", { outcome: 99 as never }],
      ["outcome", { outcome: -1 as never }],
      ["end_time", { startTime: now, endTime: new Date(now.getTime() - 1) }],
    ] as const)
      await expect(list(filter), field).rejects.toMatchObject({ reason: "FIELD_INVALID", violations: [{ field }] });
    expect(await recordsOf({ startTime: now, endTime: now })).toEqual([]);
  });

  it("are counted so far only, however many there are", async () => {
    await directory.rows(
      `insert into execution (account_id, id, kind, record_id, causes, rule_set_revision, outcome, "values", changes,
         start_time, duration_us)
       select $1, gen_random_uuid(), 1, gen_random_uuid(), '{manual}', 1, 2, '{}', '[]', now(), 1
       from generate_series(1, $2)`,
      directory.accountId,
      OUTCOME_COUNT_LIMIT + 50,
    );
    const { outcomeCounts } = await list({ pageSize: 1 });
    expect(outcomeCounts).toContainEqual({ outcome: NO_CHANGE, executions: OUTCOME_COUNT_LIMIT });
    await directory.rows("delete from execution where outcome = 2");
  });

  it.each([
    ["a record", { recordId: v7() }, "execution_record"],
    ["a person", { personId: v7() }, "execution_person"],
    ["an outcome", { outcome: FAILED }, "execution_outcome"],
    ["a trace", { traceId: TRACE }, "execution_trace"],
    ["groups", { kind: SCIM_GROUP }, "execution_group"],
    ["a time", { startTime: new Date(), endTime: new Date() }, "execution_pkey"],
  ])("of %s are read by an index", async (_, filter, index) => {
    const client = await directory.db.pool.connect();
    await client.query("set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off");
    const { statement, values } = listStatement(directory.accountId, { ...NO_FILTER, ...filter }, 101);
    const { rows } = await client.query(`explain ${statement.text}`, values);
    client.release(true);
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain(` ${index} on execution`);
  });
});

const NO_FILTER = {
  kind: undefined,
  recordId: undefined,
  personId: undefined,
  outcome: undefined,
  traceId: undefined,
  startTime: undefined,
  endTime: undefined,
  before: undefined,
};

describe("an execution", () => {
  it("is given whole, and not to another account", async () => {
    const user = await directory.addUser({ userName: "whole@example.com", displayName: "W", title: "T" });
    await directory.reconcile();
    const { id } = await directory.executionOf(user);
    const execution = await handlers.getExecution({ id }, me);
    expect(Execution.decode(Execution.encode(execution).finish())).toMatchObject({
      id,
      kind: SCIM_USER,
      recordId: user,
      outcome: APPLIED,
      conditions: [{ rule: "SCIM user to person", met: true }],
      values: { primary_email: "whole@example.com", job_title: "T" },
      changes: expect.arrayContaining([{ field: "job_title", before: null, after: "T" }]),
      error: "",
      holdId: "",
    });
    for (const [unknown, account] of [
      [id, "other"],
      [v7(), directory.accountId],
      ["x", directory.accountId],
    ])
      await expect(handlers.getExecution({ id: unknown as string }, as(account as string))).rejects.toMatchObject({
        reason: "EXECUTION_NOT_FOUND",
      });
  });

  it("has its values where they are stored with an earlier one", async () => {
    const attributes = { userName: "same@example.com", displayName: "Änne".repeat(10), title: "Engineer" };
    const user = await directory.addUser(attributes);
    const run = async (changes: object) => {
      await directory.changeUser(user, changes as never);
      await directory.reconcile();
      const { id, values, values_execution_id: sharedWith } = await directory.executionOf(user);
      return { id, stored: values, sharedWith, shown: (await handlers.getExecution({ id }, me)).values };
    };
    // The rules say something else of a new person.
    await directory.reconcile();
    const [first, second, third, fourth] = [
      await run({ nickName: "w" }),
      await run({ nickName: "x" }),
      await run({ title: "Director" }),
      await run({ nickName: "y" }),
    ];
    expect(second).toEqual({ id: second.id, stored: {}, sharedWith: first.id, shown: first.shown });
    expect(first).toMatchObject({ sharedWith: null, shown: { job_title: "Engineer" } });
    expect(third).toMatchObject({ sharedWith: null, shown: { job_title: "Director" } });
    expect(fourth).toMatchObject({ stored: {}, sharedWith: third.id, shown: third.shown });
    expect((await list({ recordId: user })).executions.map(({ values }) => values?.["job_title"])).toEqual([
      "Director",
      "Director",
      "Engineer",
      "Engineer",
      "Engineer",
    ]);
  });

  it("has the values and conditions that there were until it failed", async () => {
    const rules = [
      { name: "First", when: "true", let: [], set: [{ name: "name", expression: "user.displayName" }], onCreate: [] },
      {
        name: "Second",
        when: "size(user.displayName) > 0",
        let: [{ name: "shout", expression: "upper(user.displayName)" }],
        set: [
          { name: "location", expression: "shout" },
          { name: "job_title", expression: "string(int(user.title))" },
          { name: "cost_center", expression: '"never"' },
        ],
        onCreate: [],
      },
    ].map((rule) => ({ description: "", disabled: false, ...rule }));
    await directory.rows("update rule_set set rules = $1 where kind = 1", JSON.stringify(rules));
    const user = await directory.addUser({ userName: "stops@example.com", displayName: "Änne", title: "x" });
    await directory.reconcile();
    const execution = await handlers.getExecution({ id: (await directory.executionOf(user))["id"] }, me);
    expect(execution).toMatchObject({
      outcome: FAILED,
      failedRule: "Second",
      failedExpression: "job_title",
      conditions: [
        { rule: "First", met: true },
        { rule: "Second", met: true },
      ],
      changes: [],
    });
    expect(execution.values).toEqual({ name: "Änne", shout: "ÄNNE", location: "ÄNNE" });
  });
});
