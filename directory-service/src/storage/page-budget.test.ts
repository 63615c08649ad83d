import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import type { Selection } from "./compiled-list.ts";
import type { Budget } from "./list-statement.ts";
import { createListTotals } from "./list-totals.ts";
import { createPageTokens } from "./page-token.ts";
import { SCIM_GROUPS } from "./scim-groups.ts";
import { listRecords } from "./scim-record-list.ts";
import { batchGet } from "./scim-record-reads.ts";
import { GROUP_RECORDS, USER_RECORDS } from "./scim-records.ts";
import { insertScimUser, readScimUser, SCIM_USERS, writeScimUser } from "./scim-users.ts";
import type { Run } from "./statement.ts";

const { SCIM_RECORD_VIEW_BASIC: basic, SCIM_RECORD_VIEW_FULL: full } = ScimRecordView;
const MIB = 1_024 * 1_024;

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase("directory");
  client = new pg.Client(database.url);
  await client.connect();
  await client.query(
    `insert into account (account_id, display_name, environment, organization_id, locale, time_zone, create_time, update_time)
     select id, 'X', 1, gen_random_uuid(), 'en-US', 'Etc/UTC', now(), now() from unnest('{acme,mixed,small,giant}'::text[]) id`,
  );
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const run: Run = async ({ text }, values) => (await client.query({ text, values })).rows;
const memory = { pageTokens: createPageTokens(Buffer.alloc(32, 1)), totals: createListTotals() };
const idOf = (kind: number, n: number) => `00000000-0000-7000-800${kind}-${String(n).padStart(12, "0")}`;

async function addGroup(accountId: string, n: number, members: number): Promise<void> {
  await client.query(
    `insert into scim_group (account_id, id, display_name_key, attributes, create_time, update_time, provision_time)
     values ($1, $2, 'g' || $3::int, jsonb_build_object('displayName', 'g' || $3::int), now(), now(), now())`,
    [accountId, idOf(2, n), n],
  );
  await client.query(
    `insert into scim_group_member (account_id, group_id, member_id, member_type, create_time)
     select $1, $2, uuidv7(), 1, now() from generate_series(1, $3::int)`,
    [accountId, idOf(2, n), members],
  );
}

async function addUser(accountId: string, n: number, bytes: number): Promise<void> {
  const attributes = { userName: `u${n}`, title: "x".repeat(bytes) };
  await insertScimUser(run, accountId, idOf(1, n), attributes, { now: new Date(), traceparent: undefined });
}

/** A walk's pages, forwards by token, back again, and by index. */
async function walk<Message>(accountId: string, selections: Selection<Message>[], pageSize: number, budget?: Budget) {
  const caller = { accountId, tokenId: String(Math.random()) };
  const page = (place: { pageToken?: string; startIndex?: number }) =>
    listRecords(run, caller, selections, { pageSize, pageToken: "", startIndex: 0, ...place }, memory, budget);
  const forwards = [await page({})];
  for (let token = forwards[0]?.nextPageToken; token; token = forwards.at(-1)?.nextPageToken)
    forwards.push(await page({ pageToken: token }));
  const backwards = [];
  for (let token = forwards.at(-1)?.previousPageToken; token; token = backwards[0]?.previousPageToken)
    backwards.unshift(await page({ pageToken: token }));
  const byIndex = [];
  for (
    let startIndex = 1;
    startIndex <= (forwards[0]?.totalSize ?? 0);
    startIndex += byIndex.at(-1)?.records.length || 1
  )
    byIndex.push(await page({ startIndex }));
  return { forwards, backwards, byIndex };
}

const sizes = (pages: { records: unknown[] }[]) => pages.map(({ records }) => records.length);

describe("a page of groups with their members", () => {
  beforeAll(async () => {
    for (let n = 1; n <= 6; n++) await addGroup("acme", n, 20_000);
  });

  it("ends before it has more than 100,000, and the list goes on behind it in every way", async () => {
    const groups = { source: SCIM_GROUPS, view: full };
    const { forwards, backwards, byIndex } = await walk("acme", [groups], 50);
    expect(sizes(forwards)).toEqual([5, 1]);
    expect(sizes(backwards)).toEqual([5]);
    expect(sizes(byIndex)).toEqual([5, 1]);
    for (const pages of [forwards, byIndex]) {
      const found = pages.flatMap(({ records }) => records);
      expect(found.map(({ displayName }) => displayName)).toEqual(["g1", "g2", "g3", "g4", "g5", "g6"]);
      for (const { members } of found) expect(members).toHaveLength(20_000);
      for (const { totalSize } of pages) expect(totalSize).toBe(6);
    }
    const sorted = { ...groups, sort: { attribute: "display_name", descending: true, caseExact: false } };
    expect(sizes((await walk("acme", [sorted], 50)).forwards)).toEqual([5, 1]);
  });

  it("has as many as asked for where members are not shown", async () => {
    const { forwards } = await walk("acme", [{ source: SCIM_GROUPS, view: basic }], 50);
    expect(sizes(forwards)).toEqual([6]);
  });

  it("has one at least, however many members that has", async () => {
    const groups = { source: SCIM_GROUPS, view: full };
    expect(sizes((await walk("acme", [groups], 2, { bytes: MIB, members: 10 })).forwards)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("reads nothing of the groups behind its end", async () => {
    const groups = [{ source: SCIM_GROUPS, view: full }];
    await client.query("select pg_stat_force_next_flush()");
    const before = await membersRead();
    await listRecords(
      run,
      { accountId: "acme", tokenId: "t" },
      groups,
      { pageSize: 50, pageToken: "", startIndex: 0 },
      memory,
      { bytes: MIB, members: 30_000 },
    );
    await client.query("select pg_stat_force_next_flush()");
    // One group's to be shown and to be counted, the next one's to the end of the budget, and a look at the end of each.
    expect((await membersRead()) - before).toBeLessThan(80_000);
  });

  async function membersRead(): Promise<number> {
    const { rows } = await client.query(
      "select sum(idx_tup_read)::float8 as n from pg_stat_user_indexes where relname = 'scim_group_member'",
    );
    return rows[0].n;
  }
});

describe("a page of records", () => {
  it("ends before their documents have more than 16 MiB", async () => {
    for (let n = 1; n <= 20; n++) await addUser("acme", n, MIB - 1_000);
    const { forwards, backwards, byIndex } = await walk("acme", [{ source: SCIM_USERS, view: full }], 100);
    expect([sizes(forwards), sizes(backwards), sizes(byIndex)]).toEqual([[16, 4], [16], [16, 4]]);
  }, 30_000);

  it("of both kinds counts documents of either and members of groups", async () => {
    for (let n = 1; n <= 3; n++) await addUser("mixed", n, 400);
    for (let n = 4; n <= 7; n++) await addGroup("mixed", n, 10);
    const selections = [
      { source: USER_RECORDS, view: full },
      { source: GROUP_RECORDS, view: full },
    ];
    const { forwards, byIndex } = await walk("mixed", selections, 100, { bytes: 1_000, members: 25 });
    expect([sizes(forwards), sizes(byIndex)]).toEqual([
      [2, 3, 2],
      [2, 3, 2],
    ]);
  });

  it("is measured anew with every write", async () => {
    await addUser("small", 1, 10);
    await addUser("small", 2, 10);
    const budget = { bytes: 200, members: 1 };
    const users = [{ source: SCIM_USERS, view: full }];
    expect(sizes((await walk("small", users, 10, budget)).forwards)).toEqual([2]);
    const row = await readScimUser(run, "small", idOf(1, 1), { lock: false });
    const origin = { now: new Date(), traceparent: undefined };
    await writeScimUser(run, "small", row, { ...row.attributes, title: "é".repeat(90) }, "updated", origin);
    expect(sizes((await walk("small", users, 10, budget)).forwards)).toEqual([1, 1]);
  });
});

describe("a group with more members than one answer can hold", () => {
  it("is refused with its members, in words, and answered without", async () => {
    await addGroup("giant", 1, 250_001);
    const groups = (view: ScimRecordView) => batchGet(run, SCIM_GROUPS, "giant", [idOf(2, 1)], view);
    await expect(groups(full)).rejects.toMatchObject({ reason: "RESPONSE_TOO_LARGE" });
    await expect(walk("giant", [{ source: SCIM_GROUPS, view: full }], 5)).rejects.toMatchObject({
      reason: "RESPONSE_TOO_LARGE",
    });
    expect(await groups(basic)).toHaveLength(1);
    await client.query(
      "delete from scim_group_member where ctid = (select ctid from scim_group_member where account_id = 'giant' limit 1)",
    );
    const [group] = await groups(full);
    expect(group?.members).toHaveLength(250_000);
  }, 60_000);
});
