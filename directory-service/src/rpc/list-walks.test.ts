import { randomUUID } from "node:crypto";
import type { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ListScimUsersResponse } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, type Clients, type Directory, newUser, startDirectory } from "../../test/directory-service.ts";

/**
 * A client walks through 20,000 users over two replicas, each page on the other
 * one, while 500 users are removed and 80 created before and behind it.
 */
let directory: Directory;
let replicas: Clients[];
const scim = as("acme", "scim");

const USERS = 20_000;
/** Of those inserted. In one statement, each would go through what those before it left of the account's counter. */
const AT_ONCE = 2_000;
const PAGE = 200;
const REMOVED = 500;
const CREATED = 80;

beforeAll(async () => {
  directory = await startDirectory("acme");
  replicas = [directory, await directory.startReplica()];
  // Ids in an order, names in none.
  for (let from = 1; from <= USERS; from += AT_ONCE)
    await directory.sql(
      `insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
       select 'acme', ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, name, jsonb_build_object('userName', name), now(), now(), now()
       from generate_series($1::int, $2::int) n, lateral (select md5(n::text)) s(name)`,
      from,
      from + AT_ONCE - 1,
    );
});
// What the database does by itself in a minute.
beforeEach(async () => {
  await directory.clean();
  await directory.sql("analyze");
});
afterAll(() => directory?.stop());

/** What the client asks for next; undefined: it has all. */
type Next = { startIndex: number; pageToken: string } | undefined;

/** As most clients do: until the index has passed the total. */
const byIndex = ({ scimUsers, totalSize }: ListScimUsersResponse, { startIndex }: NonNullable<Next>): Next => {
  const next = startIndex + scimUsers.length;
  return scimUsers.length > 0 && next <= totalSize ? { startIndex: next, pageToken: "" } : undefined;
};
const byToken = ({ nextPageToken }: ListScimUsersResponse): Next =>
  nextPageToken ? { startIndex: 0, pageToken: nextPageToken } : undefined;

const byName: Sort = { attribute: "user_name", descending: false, caseExact: false };

describe("a walk during which users come and go", () => {
  it.each([
    ["by index", byIndex, { startIndex: 1, pageToken: "" }, undefined],
    ["by index, sorted by userName", byIndex, { startIndex: 1, pageToken: "" }, byName],
    ["by token", byToken, { startIndex: 0, pageToken: "" }, undefined],
    ["by token, sorted by userName", byToken, { startIndex: 0, pageToken: "" }, byName],
  ])(
    "%s gives every user that was there throughout exactly once",
    async (_, follow, first, sort) => {
      const before = await liveIds();
      const victims = before
        .filter((_id, index) => index % Math.floor(before.length / REMOVED) === 7)
        .slice(0, REMOVED);
      const turns = shuffled(victims);
      const seen: string[] = [];
      let created = 0;
      let turn = 0;
      for (let next: Next = first; next; turn++) {
        const replica = replicas[turn % 2] as Clients;
        const request = { ...next, filter: undefined, sort, pageSize: PAGE, view: 1 as const };
        const gone = turns.splice(0, Math.ceil(REMOVED / (USERS / PAGE - 10)));
        const removals = gone.map((id) => directory.users.deleteScimUser({ id, ifVersions: [] }, scim));
        const creations = created < CREATED ? [directory.users.createScimUser(newUser(randomUUID()), scim)] : [];
        created += creations.length;
        const [page] = await Promise.all([replica.users.listScimUsers(request, scim), ...removals, ...creations]);
        seen.push(...page.scimUsers.map(({ id }) => id));
        next = follow(page, next);
      }
      expect([turns.length, created]).toEqual([0, CREATED]);
      const gone = new Set(victims);
      const found = new Set(seen);
      expect(before.filter((id) => !gone.has(id) && !found.has(id))).toEqual([]);
      expect(seen.length).toBe(found.size);
    },
    60_000,
  );
});

async function liveIds(): Promise<string[]> {
  const rows = await directory.sql("select id from scim_user where delete_time is null order by id");
  return rows.map(({ id }) => String(id));
}

/** In an order of their own, the same in every run. */
function shuffled(ids: string[]): string[] {
  return ids.map((_, index) => ids[(index * 137) % ids.length] as string);
}
