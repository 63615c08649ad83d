import { type Filter, ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { and, comparison, element, equal, not, or } from "../../test/filters.ts";
import { matchesRecord } from "../../test/matches-record.ts";
import { type Attributes, SCIM_USER } from "../domain/attributes.ts";
import { withoutEmptyValues } from "../domain/empty-values.ts";
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

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const URN = "urn:example:2.0:User";

// Few values, so that they meet; among them those on which folding, LIKE and ordering could differ.
const text = fc.constantFrom(
  "a",
  "A",
  "ab",
  "é",
  "e\u0301",
  "É",
  "İ",
  "ΑΣ",
  "ας",
  "ß",
  "ẞ",
  "50%",
  "a_b",
  "a\\b",
  "'",
  "\uffff",
  "😀",
  " ",
);
const multiValue = fc.record(
  { value: text, type: fc.constantFrom("work", "Work", "home"), primary: fc.boolean() },
  { requiredKeys: [] },
);
const record = fc.record(
  {
    externalId: text,
    displayName: text,
    title: text,
    active: fc.boolean(),
    name: fc.record({ familyName: text, givenName: text }, { requiredKeys: [] }),
    emails: fc.array(multiValue, { maxLength: 3 }),
    addresses: fc.array(fc.record({ streetAddress: text, type: text }, { requiredKeys: [] }), { maxLength: 2 }),
    enterprise: fc.record(
      { department: text, organization: text, manager: fc.record({ value: text }) },
      { requiredKeys: [] },
    ),
    extensions: fc.record({
      [URN]: fc.record(
        {
          a: fc.oneof(text, fc.boolean(), fc.integer({ min: -2, max: 2 }), fc.array(text, { maxLength: 2 })),
          b: fc.oneof(
            fc.record({ c: text }),
            fc.array(fc.record({ c: fc.oneof(text, fc.integer({ min: 0, max: 1 })) }), { maxLength: 2 }),
          ),
        },
        { requiredKeys: [] },
      ),
    }),
  },
  { requiredKeys: [] },
);

const textOperators = fc.constantFrom(
  Op.COMPARISON_OPERATOR_EQUAL,
  Op.COMPARISON_OPERATOR_NOT_EQUAL,
  Op.COMPARISON_OPERATOR_CONTAINS,
  Op.COMPARISON_OPERATOR_STARTS_WITH,
  Op.COMPARISON_OPERATOR_ENDS_WITH,
  Op.COMPARISON_OPERATOR_GREATER_THAN,
  Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL,
  Op.COMPARISON_OPERATOR_LESS_THAN,
  Op.COMPARISON_OPERATOR_LESS_OR_EQUAL,
);
const equality = fc.constantFrom(Op.COMPARISON_OPERATOR_EQUAL, Op.COMPARISON_OPERATOR_NOT_EQUAL);
const onText = (...paths: string[]) =>
  fc.tuple(fc.constantFrom(...paths), textOperators, text, fc.boolean()).map((args) => comparison(...args));
const onBoolean = (...paths: string[]) =>
  fc.tuple(fc.constantFrom(...paths), equality, fc.boolean()).map((args) => comparison(...args));
const presence = (...paths: string[]) =>
  fc.constantFrom(...paths).map((path) => comparison(path, Op.COMPARISON_OPERATOR_PRESENT));

const leaf = fc.oneof(
  onText("user_name", "external_id", "display_name", "title", "name.family_name", "emails.value", "emails.type"),
  onText("addresses.street_address", "enterprise.department", "enterprise.organization", "enterprise.manager.value"),
  onText(`${URN}:a`, `${URN}:b.c`),
  onBoolean("active", "emails.primary", `${URN}:a`),
  fc
    .tuple(
      fc.constantFrom(`${URN}:a`, `${URN}:b.c`),
      fc.constantFrom(Op.COMPARISON_OPERATOR_EQUAL, Op.COMPARISON_OPERATOR_LESS_THAN),
      fc.integer({ min: -1, max: 1 }),
    )
    .map((args) => comparison(...args)),
  presence("user_name", "active", "name", "emails", "emails.value", "enterprise.manager", `${URN}:a`, `${URN}:b`),
);
const inElement = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small" },
    onText("value", "type"),
    onBoolean("primary"),
    presence("type"),
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((filters) => and(...filters)),
    tie("filter").map(not),
  ),
})).filter;
const anyFilter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small" },
    leaf,
    inElement.map((inner) => element("emails", inner)),
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((filters) => and(...filters)),
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((filters) => or(...filters)),
    tie("filter").map(not),
  ),
})).filter;

describe("compileFilter", () => {
  it("finds the records that the evaluator in memory finds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.array(anyFilter, { minLength: 1, maxLength: 12 }),
        async (records, filters) => {
          const documents = records.map((document, index) =>
            withoutEmptyValues({ ...document, userName: `User${index}` } as Attributes),
          );
          await store(documents);
          for (const filter of filters) {
            const expected = documents
              .filter((document) => matchesRecord(filter, document, SCIM_USER))
              .map(({ userName }) => userName);
            const { text, values } = compileFilter("scim_user", filter, 1);
            const { rows } = await client.query(
              `select attributes ->> 'userName' as name from scim_user r where ${text} order by id`,
              values,
            );
            expect(
              rows.map(({ name }) => name),
              JSON.stringify({ filter, text }),
            ).toEqual(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("answers eq on userName, externalId and displayName from their indexes", async () => {
    await client.query(
      `insert into scim_user (account_id, id, user_name_key, external_id, display_name_key, organization_key, manager_ref, attributes,
         create_time, update_time, provision_time)
       select 'acme', gen_random_uuid(), 'u' || n, 'e' || n, 'd' || n, 'o' || n, 'm' || n, '{}', now(), now(), now()
       from generate_series(1, 3000) n`,
    );
    await client.query("analyze scim_user");
    for (const [path, index] of [
      ["user_name", "scim_user_user_name_unique"],
      ["external_id", "scim_user_external_id"],
      ["display_name", "scim_user_display_name"],
      ["enterprise.manager.value", "scim_user_manager"],
      ["enterprise.organization", "scim_user_organization"],
    ] as const) {
      for (const caseExact of path === "user_name" || path === "display_name" ? [true, false] : [true]) {
        const { text, values } = compileFilter("scim_user", equal(path, "x", caseExact), 1);
        const { rows } = await client.query(
          `explain select from scim_user r where r.account_id = 'acme' and r.delete_time is null and ${text}`,
          values,
        );
        expect(JSON.stringify(rows)).toContain(index);
      }
    }
  });

  it("compares times as instants", async () => {
    await store([{ userName: "u" }]);
    const count = async (filter: Filter) => {
      const { text, values } = compileFilter("scim_user", filter, 1);
      return Number((await client.query(`select count(*) from scim_user r where ${text}`, values)).rows[0].count);
    };
    const at = new Date("2026-01-02T03:04:05.678Z");
    expect(await count(equal("create_time", at))).toBe(1);
    expect(await count(comparison("create_time", Op.COMPARISON_OPERATOR_GREATER_THAN, at))).toBe(0);
    expect(await count(comparison("create_time", Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL, at))).toBe(1);
    expect(
      await count(comparison("update_time", Op.COMPARISON_OPERATOR_LESS_THAN, new Date("0001-01-01T00:00:00Z"))),
    ).toBe(0);
  });

  it("never lets an attribute's name become SQL", () => {
    const { text, values } = compileFilter("scim_user", equal(`urn:x"]'); drop table account; --:a`, "x"), 1);
    expect(text).not.toContain("drop");
    expect(values[0]).toContain("drop");
    expect(() => compileFilter("scim_user", equal("1=1 or user_name", "x"), 1)).toThrow("cannot be filtered by");
    expect(() => compileFilter("person", equal("attributes", "x"), 1)).toThrow("cannot be filtered by");
  });
});

async function store(documents: Attributes[]): Promise<void> {
  await client.query("truncate scim_user cascade");
  for (const [index, attributes] of documents.entries()) {
    const { userNameKey, externalId, displayNameKey, organizationKey, managerRef, active } =
      scimUserColumns(attributes);
    await client.query(
      `insert into scim_user (account_id, id, user_name_key, external_id, display_name_key, organization_key, manager_ref, active, attributes,
         create_time, update_time, provision_time)
       values ('acme', $1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9)`,
      [
        `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`,
        userNameKey,
        externalId,
        displayNameKey,
        organizationKey,
        managerRef,
        active,
        attributes,
        "2026-01-02T03:04:05.678Z",
      ],
    );
  }
}
