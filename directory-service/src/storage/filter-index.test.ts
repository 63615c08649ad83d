import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { and, element, equal } from "../../test/filters.ts";
import { type RecordSchema, SCIM_GROUP, SCIM_USER } from "../domain/attributes.ts";
import { valueKeys } from "../domain/value-keys.ts";
import { expressionOf, filterPaths, filterTypeOf } from "./filter-attributes.ts";
import { compileFilter } from "./filter-sql.ts";

let database: TestDatabase;
let client: pg.Client;

type Kind = RecordSchema["kind"];
const USERS = 5_000;
const GROUPS = 2_000;

// Two accounts of the same size, and memberships of few: all of what is asked for is rare.
beforeAll(async () => {
  database = await createTestDatabase("directory");
  client = new pg.Client(database.url);
  await client.connect();
  const user = {
    userName: "Ada",
    displayName: "Ada",
    active: true,
    emails: [{ value: "ada@x.test", type: "work", primary: true }],
  };
  for (const account of ["acme", "other"]) {
    await client.query(
      `insert into account (account_id, display_name, environment, organization_id, locale, time_zone, create_time, update_time)
       values ($1, $1, 1, gen_random_uuid(), 'en-US', 'Etc/UTC', now(), now())`,
      [account],
    );
    await client.query(
      `insert into scim_user (account_id, id, version, user_name_key, external_id, display_name_key, organization_key, manager_ref, active,
         attributes, value_keys, create_time, update_time, provision_time)
       select $1, ${USER_ID}, n, 'u' || n, 'e' || n, 'd' || n, 'o' || n, 'm' || n, true, $2,
         $3::bigint[] || n::bigint || (n * 7919)::bigint, ${TIME}, ${TIME}, now() from generate_series(1, ${USERS}) n`,
      [account, user, valueKeys(SCIM_USER, account, user)],
    );
    await client.query(
      `insert into scim_group (account_id, id, version, display_name_key, external_id, attributes, value_keys,
         create_time, update_time, provision_time)
       select $1, ${GROUP_ID}, n, 'g' || n, 'e' || n, $2, $3::bigint[] || n::bigint, ${TIME}, ${TIME}, now()
       from generate_series(1, ${GROUPS}) n`,
      [account, { displayName: "G" }, valueKeys(SCIM_GROUP, account, { displayName: "G" })],
    );
    // Each of the first users is in one of the first groups, and the first group is inside the second.
    await client.query(
      `insert into scim_group_member select $1, g.id, u.id, 1, now()
       from scim_group g join scim_user u on u.account_id = g.account_id and u.version / 10 = g.version and u.version < 2000
       where g.account_id = $1
       union all select $1, a.id, b.id, 2, now() from scim_group a, scim_group b
       where a.account_id = $1 and b.account_id = $1 and a.version = 2 and b.version = 1`,
      [account],
    );
  }
  await client.query("analyze");
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const idSql = (prefix: string) => `('${prefix}' || lpad(n::text, 12, '0'))::uuid`;
const USER_ID = idSql("00000000-0000-7000-8000-");
const GROUP_ID = idSql("00000000-0000-7000-9000-");
const TIME = "'2026-01-01'::timestamptz + n * interval '1 second'";

/** The ways in which EQUAL on an attribute can be asked for, each with the index that has to answer. */
function questions(kind: Kind): [string, Filter, string][] {
  return comparable(kind).flatMap((path) => {
    const expression = expressionOf(kind, path);
    const compared = expression?.type === "any" ? expression.value : expression;
    const index = compared && "index" in compared ? compared.index : undefined;
    const ask = (value: Parameters<typeof equal>[1], exact = false): [string, Filter, string][] => [
      [
        `${path} eq ${value}${exact ? " (exactly)" : ""}`,
        equal(path, value, exact),
        (exact && index?.exact) || index?.name || "none",
      ],
    ];
    switch (compared?.type) {
      case "id":
        return ask("00000000-0000-7000-8000-000000000007", true);
      case "number":
        return ask(7);
      case "boolean":
        return ask(false);
      case "instant":
        return ask(new Date("2026-01-01T00:00:07Z"));
      default: {
        const value = RARE[path] ?? "Rare";
        return [...ask(value, false), ...ask(value, true)];
      }
    }
  });
}

/** The paths that can be compared with anything. */
function comparable(kind: Kind): string[] {
  return filterPaths(kind).filter((path) => {
    const type = filterTypeOf(expressionOf(kind, path));
    return typeof type === "string" && type !== "complex";
  });
}

// Of values that are among few, the rare one.
const RARE: Record<string, string> = { "groups.type": "indirect", "members.type": "Group" };

// The console's alone: what no client sees needs no index.
const UNINDEXED = ["provision_time"];

describe("EQUAL", () => {
  it.each(["scim_user", "scim_group"] as const)(
    "is answered from an index on every attribute of a %s",
    async (kind) => {
      const asked = questions(kind).filter(([, { expression }]) => !isUnindexed(expression));
      expect(asked.length).toBeGreaterThan(10);
      for (const [question, filter, index] of asked) {
        const { scanned, indexes, text } = await plan(kind, filter);
        expect({ question, scanned, answered: indexes.includes(index) }, text).toEqual({
          question,
          scanned: [],
          answered: true,
        });
      }
    },
  );

  it("is answered from the value keys on extension attributes of any type, and in value paths", async () => {
    const path = "urn:example:2.0:User:badge";
    for (const filter of [
      ...["Rare", 7, true, new Date("2026-01-01T00:00:07Z")].map((value) => equal(path, value)),
      equal(`${path}.sub`, "Rare", true),
      element(path, equal("sub", "Rare")),
      element(path, equal("value", "Rare")),
      element("emails", and(equal("type", "work"), equal("value", "rare@x.test"))),
      and(equal("active", true), equal("title", "Rare")),
    ]) {
      const { scanned, indexes, text } = await plan("scim_user", filter);
      expect({ scanned, indexes }, text).toEqual({ scanned: [], indexes: ["scim_user_values"] });
    }
  });

  it("has no attribute without an index but those named here", () => {
    const unindexed = (["scim_user", "scim_group"] as const).map((kind) =>
      questions(kind).flatMap(([, { expression }, index]) =>
        index === "none" && expression?.$case === "comparison" ? expression.value.attribute : [],
      ),
    );
    expect(unindexed).toEqual([UNINDEXED, UNINDEXED]);
  });
});

function isUnindexed(expression: Filter["expression"]): boolean {
  return expression?.$case === "comparison" && UNINDEXED.includes(expression.value.attribute);
}

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  Plans?: Node[];
}

/** How a page is read: the tables of records that are read whole, and the indexes in use. */
async function plan(kind: Kind, filter: Filter): Promise<{ scanned: string[]; indexes: string[]; text: string }> {
  const { text, values } = compileFilter(kind, filter, 2, "acme");
  const { rows } = await client.query(
    `explain (format json) select r.attributes from ${kind} r
     where r.account_id = $1 and r.delete_time is null and ${text} order by r.id limit 101`,
    ["acme", ...values],
  );
  const nodes = flatten(rows[0]["QUERY PLAN"][0].Plan);
  const scanned = nodes.flatMap((node) =>
    node["Node Type"] === "Seq Scan" && /^scim_(user|group)$/.test(node["Relation Name"] ?? "")
      ? (node["Relation Name"] ?? "")
      : [],
  );
  const indexes = [...new Set(nodes.flatMap((node) => node["Index Name"] ?? []))];
  return { scanned, indexes, text: `${text}\n${JSON.stringify(rows[0]["QUERY PLAN"], undefined, 1)}` };
}

function flatten(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}
