import { createHash } from "node:crypto";
import type { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { comparison, equal } from "../../test/filters.ts";
import { naiveSort } from "../../test/naive-sort.ts";
import { type Attributes, SCIM_USER } from "../domain/attributes.ts";
import { withoutEmptyValues } from "../domain/empty-values.ts";
import { type Budget, PAGE_BUDGET } from "./list-statement.ts";
import { createListTotals } from "./list-totals.ts";
import { createPageTokens } from "./page-token.ts";
import { listRecords, type Page, type PageRequest } from "./scim-record-list.ts";
import { insertScimUser, SCIM_USERS } from "./scim-users.ts";
import type { Run } from "./statement.ts";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase("directory");
  client = new pg.Client(database.url);
  await client.connect();
  await client.query(
    `insert into account (account_id, display_name, environment, organization_id, locale, time_zone, create_time, update_time)
     values ('acme', 'Acme', 1, gen_random_uuid(), 'en-US', 'Etc/UTC', now(), now())`,
  );
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const run: Run = async ({ text }, values) => (await client.query({ text, values })).rows;
const URN = "urn:example:2.0:User";

// Few values, so that they meet; among them those on which folding and ordering could differ.
const text = fc.constantFrom("a", "A", "ab", "é", "e\u0301", "É", "İ", "ΑΣ", "ß", "_", "'", "\uffff", "😀", " ");
const optional = { requiredKeys: [] };
const multiValue = fc.record({ value: text, type: text, primary: fc.boolean() }, optional);
const anyJson = fc.oneof(text, fc.boolean(), fc.constantFrom(-1e300, -2.5, -2, 0, 1e-9, 2, 10, 1e21));
const record = fc.record(
  {
    externalId: text,
    displayName: text,
    title: text,
    active: fc.boolean(),
    name: fc.record({ formatted: text, familyName: text }, optional),
    emails: fc.array(multiValue, { maxLength: 3 }),
    addresses: fc.array(fc.record({ formatted: text, locality: text, primary: fc.boolean() }, optional), {
      maxLength: 2,
    }),
    enterprise: fc.record({ department: text, manager: fc.record({ value: text }) }, optional),
    extensions: fc.record({
      [URN]: fc.record(
        {
          a: fc.oneof(anyJson, fc.array(text, { maxLength: 2 })),
          b: fc.oneof(
            fc.record({ value: anyJson }),
            fc.array(fc.record({ value: text, c: anyJson, primary: fc.boolean() }, optional), { maxLength: 3 }),
          ),
        },
        optional,
      ),
    }),
  },
  optional,
);

const sort = fc.record<Sort>({
  attribute: fc.constantFrom(
    ...["user_name", "external_id", "display_name", "title", "active", "name", "name.family_name"],
    ...["emails", "emails.value", "emails.type", "emails.primary", "addresses", "addresses.locality"],
    ...["enterprise.department", "enterprise.manager", `${URN}:a`, `${URN}:b`, `${URN}:b.c`],
  ),
  descending: fc.boolean(),
  caseExact: fc.boolean(),
});
const filter = fc.constantFrom(
  { filter: undefined, matches: () => true },
  { filter: equal("active", true), matches: ({ active }: Attributes) => active === true },
  { filter: comparison("title", 6), matches: ({ title }: Attributes) => title !== undefined },
);

// What two small documents have, so that most pages end by it.
const budget = fc.constantFrom<Budget>(PAGE_BUDGET, { bytes: 120, members: 1 });

describe("listRecords", () => {
  it("walks in the order of a naive sort, by token, back again, and by index", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(sort, filter, fc.integer({ min: 1, max: 5 }), budget), { minLength: 1, maxLength: 8 }),
        async (records, queries) => {
          const documents = await store(records);
          for (const [sort, { filter, matches }, pageSize, budget] of queries) {
            const sorted = naiveSort(documents.filter(matches), sort, SCIM_USER).map(({ userName }) => userName);
            const list = listing({ sort, filter }, budget);
            const forwards = await pagesFrom(list, { pageSize }, "nextPageToken");
            expect(forwards.flatMap(names), JSON.stringify(sort)).toEqual(sorted);
            for (const { totalSize } of forwards) expect(totalSize).toBe(sorted.length);
            const pageToken = forwards.at(-1)?.previousPageToken ?? "";
            const backwards = pageToken ? await pagesFrom(list, { pageSize, pageToken }, "previousPageToken") : [];
            const before = forwards.slice(0, -1);
            expect(backwards.reverse().flatMap(names)).toEqual(before.flatMap(names));
            // A budget ends pages elsewhere on the way back.
            if (budget === PAGE_BUDGET) expect(backwards.map(names)).toEqual(before.map(names));
            const indices = forwards.map((_, page) => forwards.slice(0, page).flatMap(names).length + 1);
            const byIndex: unknown[] = [];
            for (const startIndex of indices) byIndex.push(names(await list({ pageSize, startIndex })));
            expect(byIndex).toEqual(forwards.map(names));
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe("two walks of one token by index", () => {
  const PAGE = 5;
  const pageAt = async (list: List, startIndex: number) => names(await list({ pageSize: PAGE, startIndex }));

  it("skip nobody who stays, where one begins on the way of the other", async () => {
    await store(Array.from({ length: 40 }, () => ({})));
    const list = listing({});
    const seen: string[] = [];
    for (const startIndex of [1, 6, 11, 16]) seen.push(...(await pageAt(list, startIndex)));
    await client.query("delete from scim_user where user_name_key = any($1)", [
      seen.slice(0, 10).map((name) => name.toLowerCase()),
    ]);
    const other: string[] = [];
    for (const startIndex of [1, 6, 11, 16]) other.push(...(await pageAt(list, startIndex)));
    for (let startIndex = 21, page = [""]; page.length > 0; startIndex += PAGE) {
      page = await pageAt(list, startIndex);
      seen.push(...page);
      other.push(...page);
    }
    const { rows } = await client.query("select attributes ->> 'userName' as name from scim_user");
    const stayed = rows.map(({ name }) => name);
    expect(stayed).toHaveLength(30);
    for (const walked of [seen, other]) expect(stayed.filter((name) => !walked.includes(name))).toEqual([]);
  });
});

type List = (page: Partial<PageRequest>) => Promise<Page<ScimUser>>;

function listing(selection: { sort?: Sort; filter?: ReturnType<typeof equal> | undefined }, budget?: Budget): List {
  const memory = { pageTokens: createPageTokens(Buffer.alloc(32, 1)), totals: createListTotals() };
  const caller = { accountId: "acme", tokenId: createHash("sha256").update(String(Math.random())).digest("hex") };
  return (page) =>
    listRecords(
      run,
      caller,
      [{ source: SCIM_USERS, view: 1, ...selection }],
      { pageSize: 100, pageToken: "", startIndex: 0, ...page },
      memory,
      budget,
    );
}

async function pagesFrom(list: List, page: Partial<PageRequest>, follow: "nextPageToken" | "previousPageToken") {
  const pages = [await list(page)];
  for (let token = pages[0]?.[follow]; token; token = pages.at(-1)?.[follow])
    pages.push(await list({ ...page, pageToken: token }));
  return pages;
}

function names({ records }: Page<ScimUser>): string[] {
  return records.map(({ userName }) => userName);
}

async function store(records: Attributes[]): Promise<Attributes[]> {
  // Not by truncate, which makes files anew for every index, hundreds of times.
  await client.query("delete from scim_user; delete from scim_record_count; delete from dirty_record");
  const documents = records.map((document, index) =>
    withoutEmptyValues({ ...document, userName: `User${index < 12 ? (index * 7) % 12 : index}` }),
  );
  for (const [index, document] of documents.entries()) {
    const id = `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
    await insertScimUser(run, "acme", id, document, { now: new Date(), traceparent: undefined });
  }
  return documents;
}
