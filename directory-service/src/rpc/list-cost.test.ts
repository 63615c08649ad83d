import { type Filter, ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { and, comparison, element, equal, not, or } from "../../test/filters.ts";

const USERS = 20_000;
/** Of those inserted. In one statement, each would go through what those before it left of the account's counter. */
const AT_ONCE = 2_000;
let directory: Directory;
const scim = as("acme", "scim");

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
  for (let from = 1; from <= USERS; from += AT_ONCE)
    await directory.sql(
      `insert into scim_user (account_id, id, user_name_key, display_name_key, active, attributes, create_time, update_time, provision_time)
       select 'acme', ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'user' || n, 'user ' || n, true,
         jsonb_build_object('userName', 'User' || n, 'title', 'Title ' || n % 50,
           'emails', jsonb_build_array(jsonb_build_object('value', 'User' || n || '@work.test', 'type', 'work'))),
         now(), now(), now() from generate_series($1::int, $2::int) n`,
      from,
      from + AT_ONCE - 1,
    );
  await directory.sql(
    `insert into scim_group (account_id, id, display_name_key, attributes, create_time, update_time, provision_time)
     values ('acme', '00000000-0000-7000-9000-000000000001', 'all', '{"displayName":"All"}', now(), now(), now())`,
  );
  await directory.sql(
    `insert into scim_group_member select 'acme', '00000000-0000-7000-9000-000000000001', id, 1, now() from scim_user`,
  );
  await directory.sql("analyze");
});
afterAll(() => directory?.stop());

const page = { sort: undefined, pageSize: 1, pageToken: "", startIndex: 0, view: 1 as const };
const listUsers = (filter: Filter, caller = scim) => directory.users.listScimUsers({ ...page, filter }, caller);
const listGroups = (filter: Filter) => directory.groups.listScimGroups({ ...page, filter }, scim);
const listBoth = (filter: Filter) =>
  directory.records.listScimRecords(
    { ...page, scimUsers: { filter, sort: undefined, view: 1 }, scimGroups: { filter, sort: undefined, view: 1 } },
    scim,
  );

const contains = (path: string, value: string) => comparison(path, Op.COMPARISON_OPERATOR_CONTAINS, value);
const greater = (path: string, value: string) => comparison(path, Op.COMPARISON_OPERATOR_GREATER_THAN, value);
const many = (count: number, of: (value: string) => Filter) =>
  Array.from({ length: count }, (_, index) => of(`zz${index}`));
const refused = { code: 3, reason: "FILTER_TOO_COSTLY" };

describe("a filter that no index answers, in an account of 20,000 users", () => {
  it("is answered with any number of alternatives that look for parts of the same text", async () => {
    for (const filter of [
      or(...many(98, (value) => contains("name.family_name", value)), contains("title", "title 7")),
      or(...many(45, (value) => element("emails", contains("value", value))), contains("emails.value", "user7@")),
    ])
      expect((await listUsers(filter)).totalSize).toBeGreaterThan(0);
    const display = or(
      ...many(45, (value) => contains("members.display", value)),
      contains("members.display", "user7"),
    );
    expect((await listGroups(display)).totalSize).toBe(1);
  });

  it("is refused where its comparisons would hold the database for seconds", async () => {
    for (const filter of [
      and(...many(40, (value) => not(contains("emails.value", value)))),
      and(...many(40, (value) => comparison("groups.display", Op.COMPARISON_OPERATOR_NOT_EQUAL, value))),
      and(equal("active", true), ...many(40, (value) => not(contains("emails.value", value)))),
    ])
      await expect(listUsers(filter)).rejects.toMatchObject(refused);
    await expect(
      listGroups(and(...many(40, (value) => not(contains("members.display", value))))),
    ).rejects.toMatchObject(refused);
    await expect(listBoth(or(...many(60, (value) => greater("schemas", value))))).rejects.toMatchObject(refused);
  });

  it("is answered where few records are compared: a small account, or an equality beside it that finds one", async () => {
    const costly = many(40, (value) => not(contains("emails.value", value)));
    expect((await listUsers(and(...costly), as("other", "scim"))).totalSize).toBe(0);
    expect((await listUsers(and(equal("user_name", "USER7"), ...costly))).totalSize).toBe(1);
  });

  it("is answered with few comparisons, however many records there are", async () => {
    await directory.sql("update scim_record_count set records = 100000000 where account_id = 'acme' and records > 0");
    const four = many(4, (value) => not(contains("emails.value", value)));
    expect(await reasonOf(listUsers(and(...four)))).toBeUndefined();
    expect(await reasonOf(listUsers(and(...four, not(contains("title", "zz")))))).toBe("FILTER_TOO_COSTLY");
  });
});
