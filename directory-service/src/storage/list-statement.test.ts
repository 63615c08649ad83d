import type { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { compileList, type Selection } from "./compiled-list.ts";
import { PAGE_BUDGET, pageQuery, type Stretch } from "./list-statement.ts";
import { GROUP_RECORDS, USER_RECORDS } from "./scim-records.ts";
import { walkOf } from "./walk.ts";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase("directory");
  client = new pg.Client(database.url);
  await client.connect();
  await client.query(
    `insert into account (account_id, display_name, environment, organization_id, locale, time_zone, create_time, update_time)
     select id, 'X', 1, gen_random_uuid(), 'en-US', 'Etc/UTC', now(), now() from unnest('{acme,other}'::text[]) id`,
  );
  for (const accountId of ["acme", "other"]) {
    await client.query(
      `insert into scim_user (account_id, id, user_name_key, display_name_key, attributes, create_time, update_time, provision_time)
       select $1, gen_random_uuid(), 'u' || n, nullif('d' || n % 1000, 'd7'), '{}', t, t, t
       from generate_series(1, 5000) n, lateral (select now() + n * interval '1 ms') s(t)`,
      [accountId],
    );
    await client.query(
      `insert into scim_group (account_id, id, display_name_key, attributes, create_time, update_time, provision_time)
       select $1, gen_random_uuid(), 'g' || n, '{}', t, t, t
       from generate_series(1, 5000) n, lateral (select now() + n * interval '1 ms') s(t)`,
      [accountId],
    );
  }
  await client.query("analyze");
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const by = (attribute: string, descending = false): Sort => ({ attribute, descending, caseExact: false });
const id = "0191f0a5-0000-7000-8000-000000000001";
const now = "2999-01-02T03:04:05.678901Z";

/** How a page's plan reads the tables of records, other than by id. */
async function reads(selections: Selection<unknown>[], stretch: Partial<Stretch>) {
  const page = { from: undefined, backwards: false, offset: 0, limit: 100, ...stretch };
  const walk = walkOf({ accountId: "acme", tokenId: "t" }, []);
  const { text, values } = pageQuery(compileList("acme", selections), page, walk, 101, PAGE_BUDGET);
  const { rows } = await client.query(`explain (format json) ${text}`, values);
  const found: { read: string; condition: string }[] = [];
  const visit = (node: Record<string, unknown>) => {
    const table = String(node["Relation Name"] ?? "");
    const read = `${table} ${node["Index Name"] ?? node["Node Type"]}`;
    if (/^scim_(user|group)$/.test(table)) found.push({ read, condition: String(node["Index Cond"]) });
    for (const inner of (node["Plans"] ?? []) as Record<string, unknown>[]) visit(inner);
  };
  visit(rows[0]["QUERY PLAN"][0].Plan);
  return found.filter(({ read }) => !read.endsWith("_pkey"));
}

const users = (sort?: Sort) => [{ source: USER_RECORDS, view: 1, sort }] as Selection<unknown>[];
const groups = (sort?: Sort) => [{ source: GROUP_RECORDS, view: 1, sort }] as Selection<unknown>[];

describe("a page of a list without a filter", () => {
  it.each([
    [users, "user_name", "u2500", "user_name_key", "scim_user scim_user_user_name_unique"],
    [users, "display_name", "d500", "display_name_key", "scim_user scim_user_display_name"],
    [users, "create_time", now, "create_time", "scim_user scim_user_create_time"],
    [users, "update_time", now, "update_time", "scim_user scim_user_update_time"],
    [groups, "display_name", "g2500", "display_name_key", "scim_group scim_group_display_name_unique"],
    [groups, "create_time", now, "create_time", "scim_group scim_group_create_time"],
  ])(
    "of %o by %s goes by its index, in either direction, and starts there at a place",
    async (of, attribute, key, column, index) => {
      for (const descending of [false, true])
        for (const backwards of [false, true])
          for (const from of [undefined, { key, id }]) {
            const found = await reads(of(by(attribute, descending)), { from, backwards });
            expect(new Set(found.map(({ read }) => read))).toEqual(new Set([index]));
            if (from) for (const { condition } of found) expect(condition).toContain(`${column} `);
          }
    },
  );

  it("of either kind by id goes by the primary key alone", async () => {
    for (const of of [users, groups])
      for (const sort of [undefined, by("", true), by("id")])
        for (const from of [undefined, { key: null, id }]) expect(await reads(of(sort), { from })).toEqual([]);
  });

  it("of both kinds goes by an index of each", async () => {
    const found = await reads([...users(by("user_name")), ...groups(by("display_name"))], { from: { key: "m", id } });
    expect(found.map(({ read }) => read).sort()).toEqual([
      "scim_group scim_group_display_name_unique",
      "scim_user scim_user_user_name_unique",
    ]);
    expect(await reads([...users(), ...groups()], { from: { key: null, id } })).toEqual([]);
  });
});
