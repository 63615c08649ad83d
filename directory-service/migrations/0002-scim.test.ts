import { migrate } from "@rollcall/runtime/database";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { migrations } from "../src/migrations.ts";
import type { FilterKind } from "../src/storage/filter-attributes.ts";
import { compileFilter } from "../src/storage/filter-sql.ts";
import { and, element, equal } from "../test/filters.ts";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: migrations.slice(0, 1) });
  client = new pg.Client(database.url);
  await client.connect();
  for (const account of ["acme", "other"])
    await client.query(
      `insert into account (account_id, display_name, environment, organization_id, locale, time_zone, create_time, update_time)
       values ($1, $1, 1, gen_random_uuid(), 'en-US', 'Etc/UTC', now(), now())`,
      [account],
    );
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function find(kind: FilterKind, account: string, filter: ReturnType<typeof equal>): Promise<string[]> {
  const { text, values } = compileFilter(kind, filter, 2, account);
  const { rows } = await client.query(
    `select r.attributes ->> 'displayName' as name from ${kind} r where r.account_id = $1 and ${text} order by 1`,
    [account, ...values],
  );
  return rows.map(({ name }) => name);
}

describe("0002-scim", () => {
  it("keys the records that were there before it, so that filters find them", async () => {
    const user = (n: number) => ({
      userName: `user${n}`,
      displayName: `User ${n}`,
      title: `Title ${n}`,
      emails: [{ value: `U${n}@x.test`, type: "work" }],
      extensions: { "urn:example:2.0:User": { badge: n, since: "2024-05-01T10:00:00+02:00" } },
    });
    // More than one batch, of two accounts.
    for (const [account, from, to] of [
      ["acme", 1, 700],
      ["other", 701, 1_201],
    ] as const)
      await client.query(
        `insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
         select $1, gen_random_uuid(), a ->> 'userName', a, now(), now(), now() from jsonb_array_elements($2::jsonb) a`,
        [account, JSON.stringify(Array.from({ length: to - from + 1 }, (_, index) => user(from + index)))],
      );
    await client.query(
      `insert into scim_group (account_id, id, display_name_key, attributes, create_time, update_time, provision_time)
       values ('acme', gen_random_uuid(), 'staff', '{"displayName":"Staff","groupType":"Team"}', now(), now(), now())`,
    );

    expect(await migrate({ url: database.url, migrations: migrations.slice(0, 2) })).toEqual(["0002-scim"]);

    const unkeyed = await client.query("select from scim_user where value_keys = '{}'");
    expect(unkeyed.rowCount).toBe(0);
    const measured = await client.query(
      `select bool_and(bytes = octet_length(document::text)) as all from (select document_bytes, attributes from scim_user
       union all select document_bytes, attributes from scim_group) r (bytes, document)`,
    );
    expect(measured.rows).toEqual([{ all: true }]);
    expect(await find("scim_user", "acme", equal("title", "TITLE 650"))).toEqual(["User 650"]);
    expect(await find("scim_user", "other", equal("title", "title 1201"))).toEqual(["User 1201"]);
    expect(await find("scim_user", "other", equal("title", "title 650"))).toEqual([]);
    const work = element("emails", and(equal("type", "work"), equal("value", "u3@x.test")));
    expect(await find("scim_user", "acme", work)).toEqual(["User 3"]);
    expect(await find("scim_user", "acme", equal("urn:example:2.0:User:badge", 7))).toEqual(["User 7"]);
    const since = equal("urn:example:2.0:User:since", new Date("2024-05-01T08:00:00Z"));
    expect(await find("scim_user", "acme", since)).toHaveLength(700);
    expect(await find("scim_group", "acme", equal("group_type", "team"))).toEqual(["Staff"]);
    const changes = await client.query("select sum(changes) as n from scim_record_count");
    expect(changes.rows).toEqual([{ n: "1202" }]);
  });
});
