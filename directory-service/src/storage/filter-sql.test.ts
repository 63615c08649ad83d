import { type Filter, ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import {
  GROUP_NAMES,
  groupDocument,
  groupFilter,
  groupId,
  membership,
  meta,
  USERS,
  userDocument,
  userFilter,
  userId,
} from "../../test/filter-arbitraries.ts";
import { comparison, element, equal } from "../../test/filters.ts";
import { type Facts, matchesRecord } from "../../test/matches-record.ts";
import { type Attributes, type RecordSchema, SCIM_GROUP, SCIM_USER, valueAt } from "../domain/attributes.ts";
import { withoutEmptyValues } from "../domain/empty-values.ts";
import { foldCase } from "../domain/fold-case.ts";
import { instantOf } from "../domain/instant.ts";
import { valueKeys } from "../domain/value-keys.ts";
import { foldedSql } from "./filter-comparison.ts";
import { compileFilter } from "./filter-sql.ts";
import { scimUserColumns } from "./scim-users.ts";

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
beforeEach(empty);
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** A record as it is stored, with what the filter's definition needs to know of it. */
interface Stored {
  id: string;
  attributes: Attributes;
  facts: Facts;
}

const users = fc.array(fc.tuple(userDocument, meta), { minLength: 1, maxLength: USERS });
const groups = fc.array(fc.tuple(groupDocument, meta, membership), { maxLength: GROUP_NAMES.length });
const filters = (filter: fc.Arbitrary<Filter>) => fc.array(filter, { minLength: 1, maxLength: 12 });

describe("compileFilter", () => {
  it("finds the users that the evaluator in memory finds", async () => {
    const property = fc.asyncProperty(users, groups, filters(userFilter), async (users, groups, filters) => {
      const stored = await store(users, groups);
      for (const filter of filters) await expectSame(filter, SCIM_USER, stored.users);
    });
    await fc.assert(property, { numRuns: 120 });
  }, 60_000);

  it("finds the groups that the evaluator in memory finds", async () => {
    const property = fc.asyncProperty(users, groups, filters(groupFilter), async (users, groups, filters) => {
      const stored = await store(users, groups);
      for (const filter of filters) await expectSame(filter, SCIM_GROUP, stored.groups);
    });
    await fc.assert(property, { numRuns: 80 });
  }, 60_000);

  it("takes a list without elements for an attribute without a value", async () => {
    await store([[{}, { version: 1, createTime: "2026-01-02T03:04:05.678Z" }]], []);
    const unequal = (path: string, value: string | boolean) =>
      comparison(path, Op.COMPARISON_OPERATOR_NOT_EQUAL, value);
    for (const filter of [unequal("emails.value", "a"), unequal("ims.primary", true), unequal("groups.display", "a")])
      expect(await find("scim_user", filter), JSON.stringify(filter)).toHaveLength(1);
    expect(await find("scim_user", element("emails", unequal("type", "work")))).toEqual([]);
  });

  it("folds text as the keys of values are folded", async () => {
    const character = fc.constantFrom(
      ...[
        "a",
        "A",
        "Z",
        "[",
        "\u007f",
        "é",
        "e\u0301",
        "É",
        "i\u0307",
        "İ",
        "I",
        "ı",
        "ß",
        "ẞ",
        "Σ",
        "ς",
        "σ",
        " ",
        ".",
      ],
      ...["\u212a", "Å", "\u212b", "Ǆ", "ﬁ", "가", "\u1100\u1161", "😀", "𐐀", "\u0345", "\u0323", "ñ", "n\u0303", "0"],
    );
    const text = fc.array(character, { maxLength: 8 }).map((characters) => characters.join(""));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 50, maxLength: 100 }), async (texts) => {
        const { rows } = await client.query(
          `select ${foldedSql("text")} as folded from unnest($1::text[]) with ordinality t(text, n) order by n`,
          [texts],
        );
        expect(rows.map(({ folded }) => folded)).toEqual(texts.map(foldCase));
      }),
      { numRuns: 20 },
    );
  });

  it("compares times as instants", async () => {
    await store([[{}, { version: 1, createTime: "2026-01-02T03:04:05.678Z" }]], []);
    const at = new Date("2026-01-02T03:04:05.678Z");
    expect(await find("scim_user", equal("create_time", at))).toHaveLength(1);
    expect(await find("scim_user", comparison("create_time", Op.COMPARISON_OPERATOR_GREATER_THAN, at))).toEqual([]);
    const since = comparison("create_time", Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL, at);
    expect(await find("scim_user", since)).toHaveLength(1);
    const first = comparison("update_time", Op.COMPARISON_OPERATOR_LESS_THAN, new Date("0001-01-01T00:00:00Z"));
    expect(await find("scim_user", first)).toEqual([]);
  });

  it("reads the same times in the same texts as the keys of values are made of", async () => {
    const two = fc.constantFrom("00", "01", "12", "14", "23", "24", "29", "30", "31", "59", "60");
    const parts = fc.tuple(
      fc.constantFrom("2024-", "2023-", "0000-", "0001-", "9999-", "24-"),
      fc.tuple(two, two).map(([month, day]) => `${month}-${day}`),
      fc.constantFrom("", "T", "t", " ", "  "),
      fc.oneof(
        fc.constant(""),
        fc.tuple(two, two).map(([hour, minute]) => `${hour}:${minute}`),
      ),
      fc.constantFrom("", ":00", ":59", ":60", ":00.1", ":59.9999999", ":01.0005", ":00."),
      fc.constantFrom("", "Z", "z", "+02:00", "-1200", "+14:59", "+15:00", " UTC", "+2"),
    );
    const text = parts.map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 50, maxLength: 100 }), async (texts) => {
        const { rows } = await client.query(
          "select scim_instant(text) as instant from unnest($1::text[]) with ordinality t(text, n) order by n",
          [texts],
        );
        for (const [index, text] of texts.entries())
          expect(rows[index].instant?.getTime(), text).toBe(instantOf(text)?.getTime());
      }),
      { numRuns: 20 },
    );
  });

  it("finds by their keys no records of another account", async () => {
    await store([[{ title: "Boss" }, { version: 1, createTime: "2026-01-02T03:04:05.678Z" }]], []);
    expect(await find("scim_user", equal("title", "boss"))).toHaveLength(1);
    expect(await find("scim_user", equal("title", "boss"), "other")).toEqual([]);
  });

  it("never lets an attribute's name become SQL", () => {
    const compile = (filter: Filter) => compileFilter("scim_user", filter, 1, "acme");
    const { text, values } = compile(equal(`urn:x"]'); drop table account; --:a`, "x"));
    expect(text).not.toContain("drop");
    expect(values.join()).toContain("drop");
    expect(() => compile(equal("1=1 or user_name", "x"))).toThrow("cannot be filtered by");
    expect(() => compile(equal("urn:example:a.__proto__", "x"))).toThrow("cannot be filtered by");
    expect(() => compile(equal("urn:example:a\u0000", "x"))).toThrow("cannot be filtered by");
    expect(() => compileFilter("person", equal("attributes", "x"), 1, "acme")).toThrow("cannot be filtered by");
    expect(() => compileFilter("person", equal("urn:example:a", "x"), 1, "acme")).toThrow("cannot be filtered by");
  });
});

async function expectSame(filter: Filter, schema: RecordSchema, stored: Stored[]): Promise<void> {
  const expected = stored.filter(({ attributes, facts }) => matchesRecord(filter, attributes, schema, facts));
  expect(await find(schema.kind, filter), JSON.stringify(filter)).toEqual(expected.map(({ id }) => id));
}

async function find(kind: RecordSchema["kind"], filter: Filter, account = "acme"): Promise<string[]> {
  const { text, values } = compileFilter(kind, filter, 1, account);
  const { rows } = await client.query(`select id from ${kind} r where ${text} order by id`, values);
  return rows.map(({ id }) => id);
}

type Meta = { version: number; createTime: string };
type Members = { users: number[]; groups: number[] };

async function store(
  users: [object, Meta][],
  groups: [object, Meta, Members][],
): Promise<{ users: Stored[]; groups: Stored[] }> {
  await empty();
  const userDocuments = users.map(([document], index) =>
    withoutEmptyValues({ ...document, userName: `User${index}` } as Attributes),
  );
  for (const [index, [, meta]] of users.entries()) await insertUser(userId(index), userDocuments[index] ?? {}, meta);
  const groupDocuments = groups.map(([document], index) =>
    withoutEmptyValues({ ...document, displayName: GROUP_NAMES[index] }),
  );
  for (const [index, [, meta]] of groups.entries())
    await insertGroup(groupId(index), groupDocuments[index] ?? {}, meta);
  // Groups have only earlier ones in them, so that there are no circles.
  const memberships = groups.flatMap(([, , members], index) => [
    ...members.users.filter((user) => user < users.length).map((user) => ({ index, user, group: -1 })),
    ...members.groups.filter((group) => group < index).map((group) => ({ index, user: -1, group })),
  ]);
  for (const { index, user, group } of memberships)
    await client.query("insert into scim_group_member values ('acme', $1, $2, $3, now())", [
      groupId(index),
      user >= 0 ? userId(user) : groupId(group),
      user >= 0 ? 1 : 2,
    ]);

  const around = (index: number): number[] => {
    const outer = memberships.filter(({ group }) => group === index).map((membership) => membership.index);
    return [...new Set([...outer, ...outer.flatMap(around)])];
  };
  const groupsOf = (index: number) => {
    const direct = memberships.filter(({ user }) => user === index).map((membership) => membership.index);
    const indirect = [...new Set(direct.flatMap(around))].filter((group) => !direct.includes(group));
    const named = (type: string) => (group: number) => ({ value: groupId(group), display: GROUP_NAMES[group], type });
    return [...direct.map(named("direct")), ...indirect.map(named("indirect"))];
  };
  const managerOf = (document: Attributes) => {
    const ref = valueAt(document, ["enterprise", "manager", "value"]);
    return userDocuments.find((_, index) => userId(index) === ref)?.["displayName"];
  };
  const membersOf = (index: number) =>
    memberships
      .filter((membership) => membership.index === index)
      .map(({ user, group }) =>
        user >= 0
          ? { value: userId(user), display: `User${user}`, type: "User" }
          : { value: groupId(group), display: GROUP_NAMES[group], type: "Group" },
      );
  const facts = (id: string, { version, createTime }: Meta) => ({ id, version, create_time: new Date(createTime) });
  return {
    users: users.map(([, meta], index) => {
      const attributes = userDocuments[index] ?? {};
      const manager = { "enterprise.manager.display_name": managerOf(attributes) };
      return {
        id: userId(index),
        attributes,
        facts: { ...facts(userId(index), meta), ...manager, groups: groupsOf(index) },
      };
    }),
    groups: groups.map(([, meta], index) => ({
      id: groupId(index),
      attributes: groupDocuments[index] ?? {},
      facts: { ...facts(groupId(index), meta), members: membersOf(index) },
    })),
  };
}

/** Not by truncate, which makes files anew for every index, hundreds of times. */
async function empty(): Promise<void> {
  await client.query("delete from scim_group; delete from scim_user");
}

async function insertUser(id: string, attributes: Attributes, { version, createTime }: Meta): Promise<void> {
  const { userNameKey, externalId, displayNameKey, organizationKey, managerRef, active } = scimUserColumns(attributes);
  await client.query(
    `insert into scim_user (account_id, id, version, user_name_key, external_id, display_name_key, organization_key, manager_ref,
       active, attributes, value_keys, create_time, update_time, provision_time)
     values ('acme', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11)`,
    [
      ...[id, version, userNameKey, externalId, displayNameKey, organizationKey, managerRef],
      ...[active, attributes, valueKeys(SCIM_USER, "acme", attributes), createTime],
    ],
  );
}

async function insertGroup(id: string, attributes: Attributes, { version, createTime }: Meta): Promise<void> {
  const { displayName = "", externalId = null } = attributes as { displayName?: string; externalId?: string };
  await client.query(
    `insert into scim_group (account_id, id, version, display_name_key, external_id, attributes, value_keys,
       create_time, update_time, provision_time)
     values ('acme', $1, $2, $3, $4, $5, $6, $7, $7, $7)`,
    [
      ...[id, version, foldCase(displayName), externalId, attributes],
      ...[valueKeys(SCIM_GROUP, "acme", attributes), createTime],
    ],
  );
}
