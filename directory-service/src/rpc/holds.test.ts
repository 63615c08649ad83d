import { HoldState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { RpcOptions } from "@rollcall/runtime/client";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, type Directory, reasonOf, startDirectory, TRACEPARENT } from "../../test/directory-service.ts";

const owner = as("acme", "owner");
const writer = as("acme", "read", "write");
const TRACE = TRACEPARENT.slice(3, 35);

let directory: Directory;
let holdId: string;
/** SCIM users of the hold in the order in which they were held. */
let users: string[];

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());

beforeEach(async () => {
  for (const table of ["held_record", "hold", "dirty_record", "scim_request", "scim_user", "person"])
    await directory.sql(`delete from ${table}`);
  holdId = v7();
  await directory.sql(
    `insert into hold (account_id, id, state, create_time, expire_time, people_disabled, people_enabled, max_people, max_percent)
     values ('acme', $1, 1, '2030-01-01T00:00:00Z', '2030-01-08T00:00:00Z', 30, 100, 25, 20)`,
    holdId,
  );
  users = [];
  for (const index of [0, 1, 2, 3, 4]) users.push(await holdUser(index));
});

async function holdUser(index: number): Promise<string> {
  const [user, person] = [v7(), v7()];
  await directory.sql(
    `insert into person (account_id, id, name, primary_email, primary_email_key, organization_id, create_time, update_time)
     select 'acme', $1, $2, $3, $3, organization_id, now(), now() from account where account_id = 'acme'`,
    person,
    `User ${index}`,
    `user${index}@example.com`,
  );
  await directory.sql(
    `insert into scim_user (account_id, id, version, user_name_key, attributes, create_time, update_time, provision_time)
     values ('acme', $1, 7, $2, jsonb_build_object('userName', $2::text), now(), now(), now())`,
    user,
    `user${index}`,
  );
  await directory.sql(
    "insert into scim_user_mapping (account_id, scim_user_id, person_id, outcome) values ('acme', $1, $2, 6)",
    user,
    person,
  );
  await directory.sql(
    `insert into held_record (account_id, hold_id, scim_user_id, person_id, hold_time, restored, execution_id, traceparent)
     values ('acme', $1, $2, $3, $4, $5, $1, $6)`,
    holdId,
    user,
    person,
    // Two at a time, as a batch has them.
    new Date(Date.UTC(2030, 0, 1, 0, Math.floor(index / 2))),
    index === 0,
    TRACEPARENT,
  );
  return user;
}

/** A row of the request log, of the trace that the held records have unless another is given. */
async function logRequest(recordId: string | null, path: string, traceId = TRACE): Promise<void> {
  await directory.sql(
    `insert into scim_request (account_id, id, request_time, method, path, status, duration_us, trace_id, record_kind, record_id)
     values ('acme', $1, now(), 'PATCH', $2, 200, 1500, $3, 1, $4)`,
    v7(),
    path,
    traceId,
    recordId,
  );
}

const get = (request = {}, options: RpcOptions = owner) =>
  directory.mapping.getHold({ id: "", pageSize: 0, pageToken: "", ...request }, options);
const release = (request = {}, options: RpcOptions = owner) =>
  directory.mapping.releaseHold({ id: holdId, version: 0, scimUserIds: [], ...request }, options);
const discard = (request = {}, options: RpcOptions = owner) =>
  directory.mapping.discardHold({ id: holdId, version: 0, ...request }, options);
const due = async () =>
  (await directory.sql("select record_id, causes, traceparent, priority from dirty_record order by record_id")).map(
    ({ record_id }) => record_id,
  );

describe("GetHold", () => {
  it("gives the hold in force with who would be disabled", async () => {
    const { hold, records, nextPageToken } = await get();
    expect(hold).toEqual({
      id: holdId,
      version: 1,
      state: HoldState.HOLD_STATE_ACTIVE,
      createTime: new Date("2030-01-01T00:00:00Z"),
      expireTime: new Date("2030-01-08T00:00:00Z"),
      endTime: undefined,
      endTokenId: "",
      peopleDisabled: 30,
      peopleEnabled: 100,
      maxPeople: 25,
      maxPercent: 20,
      peopleHeld: 5,
    });
    expect(records).toHaveLength(5);
    expect(nextPageToken).toBe("");
    expect(records[0]).toEqual({
      scimUserId: users[0],
      userName: "user0",
      personId: expect.stringMatching(/-/),
      displayName: "User 0",
      primaryEmail: "user0@example.com",
      holdTime: new Date("2030-01-01T00:00:00Z"),
      restored: true,
      executionId: holdId,
      traceId: TRACE,
      request: undefined,
    });
  });

  it("gives them page by page in the order in which they were held", async () => {
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await get({ pageSize: 2, pageToken });
      seen.push(...page.records.map(({ scimUserId }) => scimUserId));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen).toEqual(users);
    const { nextPageToken } = await get({ pageSize: 1 });
    expect(await reasonOf(get({ pageToken: `${nextPageToken}x` }))).toBe("PAGE_TOKEN_INVALID");
    expect(await reasonOf(get({ pageSize: -1 }))).toBe("FIELD_INVALID");
  });

  it("says which request caused it: of a trace the user's own, else any", async () => {
    await logRequest(users[0] as string, "/Users/0");
    await logRequest(users[1] as string, "/Users/1", "f".repeat(32));
    const bare = (await get()).records.map(({ request }) => request?.path);
    expect(bare).toEqual(["/Users/0", ...Array(4).fill("/Users/0")]);
    await logRequest(users[1] as string, "/Users/1");
    await logRequest(null, "/Bulk");
    const { records } = await get();
    expect(records.map(({ request }) => request?.path)).toEqual(["/Users/0", "/Users/1", "/Bulk", "/Bulk", "/Bulk"]);
    expect(records[0]?.request).toMatchObject({
      method: "PATCH",
      status: 200,
      duration: { seconds: 0, nanos: 1_500_000 },
    });
  });

  it("gives an earlier one by its id, and none where none is in force", async () => {
    await discard();
    expect(await reasonOf(get())).toBe("HOLD_NOT_FOUND");
    expect((await get({ id: holdId })).hold).toMatchObject({ state: HoldState.HOLD_STATE_DISCARDED, peopleHeld: 5 });
    for (const id of ["nonsense", v7()]) expect(await reasonOf(get({ id }))).toBe("HOLD_NOT_FOUND");
    expect(await reasonOf(get({ id: holdId }, as("other", "owner")))).toBe("HOLD_NOT_FOUND");
  });

  it("is for administrators and owners", async () => {
    expect((await get({}, as("acme", "administrator"))).records).toHaveLength(5);
    expect(await reasonOf(get({}, as("acme", "read")))).toBe("SCOPE_MISSING");
  });
});

describe("ReleaseHold", () => {
  it("ends the hold and makes its records due, behind what clients change", async () => {
    expect(await release()).toMatchObject({
      state: HoldState.HOLD_STATE_RELEASED,
      version: 2,
      endTime: expect.any(Date),
      endTokenId: "test",
    });
    const marks = await directory.sql("select causes, traceparent, priority from dirty_record");
    expect(marks).toEqual(Array(5).fill({ causes: ["hold_released"], traceparent: TRACEPARENT, priority: 1 }));
    expect(await directory.sql("select from scim_user_mapping where kept_enabled_version is not null")).toEqual([]);
  });

  it("lets some go; the last ones end it", async () => {
    const some = await release({ scimUserIds: users.slice(0, 2) });
    expect(some).toMatchObject({ state: HoldState.HOLD_STATE_ACTIVE, version: 2, peopleHeld: 3, endTokenId: "" });
    expect(await due()).toEqual(users.slice(0, 2).toSorted());
    expect(await release({ scimUserIds: users.slice(2) })).toMatchObject({
      state: HoldState.HOLD_STATE_RELEASED,
      endTokenId: "test",
    });
    expect(await due()).toEqual(users.toSorted());
  });

  it("refuses SCIM users that it does not have, too many of them, and another version, and changes nothing", async () => {
    const strange = v7();
    await expect(release({ scimUserIds: [users[0] as string, strange] })).rejects.toMatchObject({
      reason: "SCIM_USER_NOT_FOUND",
      metadata: { id: strange },
    });
    expect(await reasonOf(release({ scimUserIds: Array(501).fill(users[0]) }))).toBe("FIELD_INVALID");
    expect(await reasonOf(release({ version: 2 }))).toBe("VERSION_MISMATCH");
    expect(await reasonOf(release({ id: v7() }))).toBe("HOLD_NOT_FOUND");
    expect(await reasonOf(release({}, as("other", "owner")))).toBe("HOLD_NOT_FOUND");
    expect(await reasonOf(release({}, as("acme", "administrator")))).toBe("SCOPE_MISSING");
    expect((await get()).hold).toMatchObject({ version: 1, peopleHeld: 5 });
    expect(await due()).toEqual([]);
    expect(await release({ version: 1 })).toMatchObject({ version: 2 });
  });
});

describe("DiscardHold", () => {
  it("ends the hold, and its SCIM users disable nobody as they are", async () => {
    expect(await discard({ version: 1 })).toMatchObject({
      state: HoldState.HOLD_STATE_DISCARDED,
      version: 2,
      endTokenId: "test",
    });
    expect(
      await directory.sql("select distinct kept_enabled_version::integer as version from scim_user_mapping"),
    ).toEqual([{ version: 7 }]);
    expect(await due()).toEqual(users.toSorted());
  });

  it("is for owners, and for a hold in force", async () => {
    expect(await reasonOf(discard({}, as("acme", "administrator")))).toBe("SCOPE_MISSING");
    expect(await reasonOf(discard({ version: 2 }))).toBe("VERSION_MISMATCH");
    await release();
    for (const decide of [discard, release])
      await expect(decide()).rejects.toMatchObject({ reason: "HOLD_NOT_ACTIVE", metadata: { state: "RELEASED" } });
  });

  it("and ReleaseHold at once: one wins", async () => {
    const outcomes = await Promise.all([release(), discard(), release(), discard()].map(reasonOf));
    expect(outcomes.filter((reason) => reason === "HOLD_NOT_ACTIVE")).toHaveLength(3);
    expect(outcomes).toContain(undefined);
  });
});

it("a SCIM user that is removed for good leaves the hold, and the last one resolves it", async () => {
  for (const [index, id] of users.entries()) {
    await directory.users.hardDeleteScimUser({ id }, owner);
    const { hold } = await get({ id: holdId });
    expect(hold).toMatchObject({ peopleHeld: 4 - index, version: index + 2 });
  }
  expect((await get({ id: holdId })).hold).toMatchObject({ state: HoldState.HOLD_STATE_RESOLVED, endTokenId: "" });
});

it("a person who is disabled by hand leaves the hold, and its SCIM user is due again", async () => {
  const { records } = await get();
  const person = {
    ...(await directory.people.getPerson({ id: records[0]?.personId as string }, writer)),
    disabled: true,
  };
  await directory.people.updatePerson({ person, updateMask: ["disabled"] }, writer);
  expect((await get()).records.map(({ scimUserId }) => scimUserId)).toEqual(users.slice(1));
  expect(await due()).toEqual([users[0]]);
});
