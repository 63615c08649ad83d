import { ComparisonOperator, Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { ReprocessRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { type DeepPartial, DeleteScimUserRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  as,
  type Directory,
  newGroup,
  newUser,
  reasonOf,
  startDirectory,
  TRACEPARENT,
} from "../../test/directory-service.ts";

const [SCIM_USER, SCIM_GROUP] = [1, 2] as const;
const [APPLIED, FAILED] = [1, 4] as const;
const me = as("acme", "administrator", "scim");
const other = as("other", "administrator", "scim");
let directory: Directory;
let ada = "";
let bob = "";
let group = "";

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
  ({ id: ada } = await directory.users.createScimUser(newUser("ada@example.com", { title: "Dr", active: true }), me));
  ({ id: bob } = await directory.users.createScimUser(newUser("bob@example.com"), me));
  ({ id: group } = await directory.groups.createScimGroup(newGroup("Staff", ada), me));
  await directory.users.createScimUser(newUser("ada@example.com", { title: "Dr" }), other);
});
beforeEach(() => directory.clean());
afterAll(() => directory.stop());

const reprocess = (request: DeepPartial<ReprocessRequest>, caller = me) =>
  directory.mapping.reprocess(ReprocessRequest.fromPartial({ kind: SCIM_USER, ...request }), caller);
const marked = () =>
  directory.sql("select record_id as id, causes, priority, traceparent from dirty_record order by 1");
const equals = (attribute: string, text: string) =>
  Filter.fromPartial({
    expression: {
      $case: "comparison",
      value: {
        attribute,
        operator: ComparisonOperator.COMPARISON_OPERATOR_EQUAL,
        value: { $case: "text", value: text },
      },
    },
  });

describe("Reprocess", () => {
  it("queues one record as if a client had changed it", async () => {
    expect(await reprocess({ recordId: ada })).toEqual({ queued: 1 });
    expect(await marked()).toEqual([{ id: ada, causes: ["manual"], priority: 0, traceparent: TRACEPARENT }]);
  });

  it("queues all of a kind, behind what clients change", async () => {
    expect(await reprocess({})).toEqual({ queued: 2 });
    expect(await marked()).toMatchObject([
      { id: ada, causes: ["manual"], priority: 1 },
      { id: bob, priority: 1 },
    ]);
    expect(await reprocess({ kind: SCIM_GROUP })).toEqual({ queued: 1 });
    expect(await directory.causes(group)).toEqual(["manual"]);
  });

  it("queues those that a filter matches, as lists take it", async () => {
    expect(await reprocess({ filter: equals("title", "Dr") })).toEqual({ queued: 1 });
    expect(await marked()).toMatchObject([{ id: ada }]);
    expect(await reprocess({ kind: SCIM_GROUP, filter: equals("members.value", ada) })).toEqual({ queued: 1 });
    expect(await reprocess({ filter: equals("groups.value", group) })).toEqual({ queued: 1 });
    expect(await reprocess({ filter: equals("title", "Nobody") })).toEqual({ queued: 0 });
    for (const attribute of ["no_such", "title; drop table person"])
      expect(await reasonOf(reprocess({ filter: equals(attribute, "Dr") }))).toBe("FILTER_INVALID");
  });

  it("queues those whose latest execution had one of the outcomes, and with a filter both", async () => {
    for (const [id, outcome] of [
      [ada, APPLIED],
      [bob, FAILED],
    ] as const)
      await directory.sql(
        "insert into scim_user_mapping (account_id, scim_user_id, outcome) values ('acme', $1, $2)",
        id,
        outcome,
      );
    expect(await reprocess({ outcomes: [FAILED] })).toEqual({ queued: 1 });
    expect(await marked()).toMatchObject([{ id: bob }]);
    expect(await reprocess({ outcomes: [FAILED, APPLIED] })).toEqual({ queued: 2 });
    expect(await reprocess({ outcomes: [FAILED], filter: equals("title", "Dr") })).toEqual({ queued: 0 });
    expect(await reprocess({ outcomes: [APPLIED], filter: equals("title", "Dr") })).toEqual({ queued: 1 });
  });

  it("leaves out what was deleted", async () => {
    const { id } = await directory.users.createScimUser(newUser("gone@example.com", { title: "Gone" }), me);
    await directory.users.deleteScimUser(DeleteScimUserRequest.fromPartial({ id }), me);
    await directory.clean();
    expect(await reprocess({ filter: equals("title", "Gone") })).toEqual({ queued: 0 });
    expect(await reprocess({})).toEqual({ queued: 2 });
    expect(await reasonOf(reprocess({ recordId: id }))).toBe("SCIM_USER_NOT_FOUND");
  });

  it("queues what was deleted and is linked still, by its id as well", async () => {
    const { id } = await directory.users.createScimUser(newUser("linked@example.com"), me);
    await directory.users.deleteScimUser(DeleteScimUserRequest.fromPartial({ id }), me);
    const link = "insert into scim_user_mapping (account_id, scim_user_id, person_id) values ('acme', $1, $2)";
    const person = Person.fromPartial({ name: "L", primaryEmail: "linked@example.com" });
    const { id: personId } = await directory.people.createPerson({ person }, as("acme", "write"));
    await directory.sql(link, id, personId);
    await directory.clean();
    expect(await reprocess({ recordId: id })).toEqual({ queued: 1 });
    expect(await marked()).toMatchObject([{ id, causes: ["manual"], priority: 0 }]);
    expect(await reprocess({})).toEqual({ queued: 3 });
    expect(await reasonOf(reprocess({ recordId: id }, other))).toBe("SCIM_USER_NOT_FOUND");
    await directory.sql("delete from scim_user_mapping where scim_user_id = $1", id);
  });

  it("refuses what is contradictory or unknown, and queues nothing then", async () => {
    const contradictory = reprocess({ recordId: ada, filter: equals("title", "Dr"), outcomes: [FAILED] });
    await expect(contradictory).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      violations: [{ field: "filter" }, { field: "outcomes" }],
    });
    for (const [outcomes, field] of [
      [[0], "outcomes[0]"],
      [[FAILED, 99], "outcomes[1]"],
    ])
      await expect(reprocess({ outcomes: outcomes as never })).rejects.toMatchObject({
        reason: "FIELD_INVALID",
        violations: [{ field }],
      });
    expect(await reasonOf(reprocess({ kind: 0 }))).toBe("FIELD_INVALID");
    for (const recordId of [v7(), "x", group, ada.toUpperCase()])
      expect(await reasonOf(reprocess({ recordId }))).toBe("SCIM_USER_NOT_FOUND");
    expect(await reasonOf(reprocess({ kind: SCIM_GROUP, recordId: ada }))).toBe("SCIM_GROUP_NOT_FOUND");
    expect(await reasonOf(reprocess({ recordId: ada }, other))).toBe("SCIM_USER_NOT_FOUND");
    expect(await marked()).toEqual([]);
  });

  it("refuses a filter that would hold the database for long", async () => {
    await directory.sql("update scim_record_count set records = 10000000 where account_id = 'acme' and kind = 1");
    const contains = (text: string) => ({
      expression: {
        $case: "comparison" as const,
        value: {
          attribute: "nick_name",
          operator: ComparisonOperator.COMPARISON_OPERATOR_CONTAINS,
          value: { $case: "text" as const, value: text },
        },
      },
    });
    const filters = Array.from({ length: 20 }, (_, index) => contains(`x${index}`));
    const filter = { expression: { $case: "and" as const, value: { filters } } };
    expect(await reasonOf(reprocess({ filter }))).toBe("FILTER_TOO_COSTLY");
  });
});

describe("GetReconcileStatus", () => {
  it("says what waits, since when, and names the hold in force", async () => {
    const status = () => directory.mapping.getReconcileStatus({}, me);
    expect(await status()).toEqual({ pending: 0, oldestPendingTime: undefined, progress: [], holdId: "" });
    await reprocess({});
    const [{ since }] = (await directory.sql("select min(mark_time) as since from dirty_record")) as [{ since: Date }];
    expect(await status()).toMatchObject({ pending: 2, oldestPendingTime: since, progress: [] });
    const [released, active] = [v7(), v7()];
    for (const [id, state] of [
      [released, 2],
      [active, 1],
    ])
      await directory.sql(
        `insert into hold (account_id, id, state, create_time, expire_time, people_disabled, people_enabled, max_people, max_percent)
         values ('acme', $1, $2, now(), now() + interval '7 days', 30, 100, 25, 20)`,
        id,
        state,
      );
    expect((await status()).holdId).toBe(active);
    expect((await directory.mapping.getReconcileStatus({}, other)).holdId).toBe("");
  });
});
