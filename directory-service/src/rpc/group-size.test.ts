import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";
import { SCIM_GROUPS } from "../storage/scim-groups.ts";
import { getStatement } from "../storage/scim-record-reads.ts";

const MEMBERS = 100_000;
const scim = as("acme", "scim");
const { SCIM_RECORD_VIEW_FULL: FULL, SCIM_RECORD_VIEW_BASIC: BASIC } = ScimRecordView;

let directory: Directory;
let everyone: string;
let ada: string;

beforeAll(async () => {
  directory = await startDirectory("acme");
  ada = (await directory.users.createScimUser(newUser("ada"), scim)).id;
  everyone = (await directory.groups.createScimGroup(newGroup("Everyone"), scim)).id;
  await directory.sql(
    "insert into scim_group_member select 'acme', $1::uuid, uuidv7(), 1, now() from generate_series(1, $2)",
    everyone,
    MEMBERS,
  );
  await directory.sql("vacuum analyze scim_group_member");
  await vi.waitFor(async () => expect((await touched()).written).toBe(MEMBERS), FLUSH);
});
afterAll(() => directory?.stop());

// A connection tells what it has read and written a second later, when it is next used.
const FLUSH = { timeout: 15_000, interval: 200 };

/** How many member rows have been written, and how many read. */
async function touched(): Promise<{ written: number; read: number }> {
  await directory.groups.batchGetScimGroups({ ids: [everyone], view: BASIC }, scim);
  await directory.sql("select pg_stat_force_next_flush()");
  const [row] = await directory.sql(
    `select (n_tup_ins + n_tup_upd + n_tup_del)::int as written, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int as read
     from pg_stat_user_tables where relname = 'scim_group_member'`,
  );
  return { written: Number(row?.["written"]), read: Number(row?.["read"]) };
}

const update = (...changes: ReturnType<typeof add>[]) =>
  directory.groups.updateScimGroup({ id: everyone, changes, ifVersions: [], requiredAttributes: [] }, scim);

describe("a group of 100,000", () => {
  it("writes one member row and reads no other where one comes, and where one goes", async () => {
    const before = await touched();
    const came = await update(add("members", [{ value: ada }]));
    const again = await update(add("members", [{ value: ada }]));
    const went = await update(remove("members", undefined, { element: equal("value", ada) }));
    const renamed = await update(replace("display_name", "All"));
    expect([came, again, went, renamed].map(({ version, members }) => [version, members])).toEqual([
      [2, []],
      [2, []],
      [3, []],
      [4, []],
    ]);
    await vi.waitFor(async () => expect((await touched()).written).toBe(before.written + 2), FLUSH);
    // The row that is there already, when it is added again, and the one that goes.
    expect((await touched()).read - before.read).toBeLessThanOrEqual(2);
  }, 60_000);

  it("reads one row to tell that it is a member, and none to be read without members", async () => {
    const client = new pg.Client(directory.url);
    await client.connect();
    const readBy = async (text: string, values: unknown[]) => {
      await client.query("begin");
      await client.query(text, values);
      const { rows } = await client.query(
        "select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as n from pg_stat_xact_user_tables where relname = 'scim_group_member'",
      );
      await client.query("rollback");
      return rows[0].n;
    };
    try {
      expect(await readBy(getStatement(SCIM_GROUPS, BASIC).text, ["acme", [everyone]])).toBe(0);
      expect(await readBy(getStatement(SCIM_GROUPS, FULL).text, ["acme", [everyone]])).toBeGreaterThanOrEqual(MEMBERS);
    } finally {
      await client.end();
    }
  });

  it("is put into another group without a look at its members", async () => {
    const before = await touched();
    const outer = await directory.groups.createScimGroup(newGroup("Outer", everyone), scim);
    await vi.waitFor(async () => expect((await touched()).written).toBe(before.written + 1), FLUSH);
    expect((await touched()).read - before.read).toBeLessThanOrEqual(2);
    const { scimGroups } = await directory.groups.batchGetScimGroups({ ids: [outer.id], view: FULL }, scim);
    expect(scimGroups[0]?.members).toEqual([{ value: everyone, display: "All", type: MemberType.MEMBER_TYPE_GROUP }]);
  }, 60_000);
});
