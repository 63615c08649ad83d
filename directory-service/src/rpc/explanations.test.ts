import {
  ExplainPersonRequest,
  type FieldExplanation,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { Person, UpdatePersonRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { type Database, openDatabase } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { v7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../../test/reconcile-fixture.ts";
import { entities } from "../domain/entities.ts";
import { migrations } from "../migrations.ts";
import { createPageTokens, readSigningKey } from "../storage/page-token.ts";
import { explanationHandlers } from "./explanations.ts";
import { peopleHandlers } from "./people.ts";

const [RULE, MANUAL, DEFAULT, UNKNOWN] = [1, 2, 3, 4];
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let directory: Fixture;
/** That people are written with, as the service does. */
let db: Database;
let call: Call;
let handlers: ReturnType<typeof explanationHandlers>;
let people: ReturnType<typeof peopleHandlers>;
let userId: string;
let personId: string;

beforeAll(async () => {
  directory = await createFixture();
  const pageTokens = createPageTokens(await readSigningKey(directory.db));
  handlers = explanationHandlers(directory);
  db = await openDatabase({ url: directory.url, entities, migrations, migrateCommand: "migrate" });
  people = peopleHandlers({ db, pageTokens, scheduleReconcile: () => {} } as never);
  call = {
    caller: { tokenId: "tok-anna", accountId: directory.accountId, scopes: new Set() },
    trace: { traceId: TRACE, traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
    signal: new AbortController().signal,
  };
});
afterAll(async () => {
  await db.close();
  await directory.close();
});

let count = 0;
beforeEach(async () => {
  userId = await directory.addUser({
    userName: `anna${++count}@example.com`,
    name: { givenName: "Anna", familyName: "Ōkami" },
    title: "Engineer",
    userType: "VIP",
    locale: "de-DE",
  });
  await directory.rows("update dirty_record set traceparent = $1", `00-${TRACE}-00f067aa0ba902b7-01`);
  await directory.reconcile();
  personId = (await directory.personOf(userId))?.["id"];
});

async function explain(field: string, id = personId): Promise<FieldExplanation> {
  const { fields } = await handlers.explainPerson(ExplainPersonRequest.fromPartial({ personId: id, field }), call);
  expect(fields).toHaveLength(1);
  return fields[0] as FieldExplanation;
}

const edit = (person: object, ...updateMask: string[]) =>
  people.updatePerson(
    UpdatePersonRequest.fromPartial({ person: Person.fromPartial({ id: personId, ...person }), updateMask }),
    call,
  );
const change = async (attributes: object) => {
  await directory.changeUser(userId, attributes as never);
  await directory.reconcile();
};

describe("the explanation of a field", () => {
  it("names the rule, its expressions, the attributes as they are now, the execution and the request", async () => {
    const [requestId, otherId] = [v7(), v7()];
    for (const [id, record] of [
      [requestId, userId],
      [otherId, null],
    ])
      await directory.rows(
        `insert into scim_request (account_id, id, request_time, method, path, status, duration_us, trace_id, record_kind,
           record_id) values ($1, $2, now(), 'POST', '/scim/v2/Users', 201, 9, $3, 1, $4)`,
        directory.accountId,
        id,
        TRACE,
        record,
      );
    await directory.changeUser(userId, { name: { givenName: "Änne", familyName: "Ōkami" } });
    expect(await explain("name")).toMatchObject({
      field: "name",
      value: "Anna Ōkami",
      origin: RULE,
      before: undefined,
      rule: "SCIM user to person",
      ruleSetRevision: 1,
      path: "set.name",
      expressions: [
        { path: "set.name", expression: "name", value: "Anna Ōkami" },
        { path: "let.user_name_is_email", value: true },
        { path: "let.full_name", value: "Anna Ōkami" },
        { path: "let.name", value: "Anna Ōkami" },
      ],
      attributes: [
        { path: "user.userName", value: `anna${count}@example.com` },
        { path: "user.name.givenName", value: "Änne" },
        { path: "user.name.familyName", value: "Ōkami" },
        { path: "user.displayName", value: "" },
        { path: "user.name.formatted", value: "" },
      ],
      executionId: (await directory.executionOf(userId))["id"],
      recordKind: 1,
      recordId: userId,
      traceId: TRACE,
      request: { id: requestId, method: "POST", recordId: userId },
      keptBecause: "",
      tokenId: "",
    });
  });

  it("tells what was set on creation only, and what was never set", async () => {
    expect(await explain("locale")).toMatchObject({
      origin: RULE,
      path: "on_create.locale",
      expressions: [{ path: "on_create.locale", value: "de-DE" }],
      attributes: [{ path: "user.locale" }, { path: "user.preferredLanguage" }],
    });
    expect(await explain("vip")).toMatchObject({ origin: RULE, value: true });
    expect(await explain("location")).toMatchObject({ origin: DEFAULT, value: null, keptBecause: "" });
    expect(await explain("manager_id")).toMatchObject({ origin: DEFAULT, value: null });
    expect(await explain("organization_id")).toMatchObject({
      origin: RULE,
      value: directory.organizationId,
      path: "set.organization",
      attributes: [{ path: "user.enterprise.organization" }, { path: "groups" }],
    });
  });

  it("has what the field was before, while the execution is kept", async () => {
    await change({ title: "Director" });
    expect(await explain("job_title")).toMatchObject({ value: "Director", before: "Engineer" });
    const { id } = await directory.executionOf(userId);
    await change({ nickName: "Änni" });
    await directory.rows("delete from execution where id = $1", id);
    const later = await explain("job_title");
    expect(later).toMatchObject({
      origin: RULE,
      value: "Director",
      executionId: "",
      traceId: "",
      rule: "SCIM user to person",
      expressions: [{ path: "set.job_title", expression: "user.title" }],
    });
    expect([later.before, later.expressions[0]?.value]).toEqual([undefined, undefined]);
  });

  it("says who set it by hand, and that the rules will set it again", async () => {
    await edit({ jobTitle: "Boss" }, "job_title");
    expect(await explain("job_title")).toMatchObject({
      origin: MANUAL,
      value: "Boss",
      tokenId: "tok-anna",
      rule: "",
      executionId: "",
      keptBecause: expect.stringMatching(/by hand after the rules last ran.*"Engineer"/),
    });
    expect(await explain("name")).toMatchObject({ origin: RULE });
    await change({ nickName: "Änni" });
    expect(await explain("job_title")).toMatchObject({
      origin: RULE,
      value: "Engineer",
      before: "Boss",
      keptBecause: "",
    });
  });

  it("says that the rules gave nothing, so that the field was kept", async () => {
    await change({ title: "" });
    expect(await explain("job_title")).toMatchObject({
      origin: RULE,
      value: "Engineer",
      keptBecause: expect.stringMatching(/gave nothing/),
      attributes: [{ path: "user.title", value: "" }],
    });
    await edit({ location: "Room 5" }, "location");
    await change({ nickName: "x" });
    expect(await explain("location")).toMatchObject({
      origin: MANUAL,
      keptBecause: expect.stringMatching(/gave nothing/),
    });
  });

  it("says that the latest run failed", async () => {
    await change({ title: "x".repeat(81) });
    expect(await explain("job_title")).toMatchObject({
      origin: RULE,
      value: "Engineer",
      keptBecause: expect.stringMatching(/failed.*job_title has 81 characters/),
    });
  });

  it("says that nothing the rules named is there", async () => {
    await change({ enterprise: { manager: { value: v7() } } });
    expect(await explain("manager_id")).toMatchObject({ origin: DEFAULT, keptBecause: "" });
    const boss = await directory.addPerson({ name: "Boss", primaryEmail: `boss${count}@example.com` });
    await edit({ managerId: boss }, "manager_id");
    expect(await explain("manager_id")).toMatchObject({
      origin: MANUAL,
      value: boss,
      keptBecause: expect.stringMatching(/can be found/),
    });
  });

  it("says that no SCIM user is linked any more", async () => {
    await directory.rows("update scim_user_mapping set person_id = null where scim_user_id = $1", userId);
    expect(await explain("job_title")).toMatchObject({
      origin: RULE,
      keptBecause: expect.stringMatching(/No SCIM user/),
    });
  });

  it("does not know what was set before origins were kept", async () => {
    await directory.rows("update person set origins = '[]' where id = $1", personId);
    expect(await explain("job_title")).toMatchObject({ origin: UNKNOWN, value: "Engineer", setTime: undefined });
    expect(await explain("disabled")).toMatchObject({ origin: DEFAULT, value: false });
  });

  it("conceals what nobody may read", async () => {
    const urn = `urn:example:${v7()}:2.0:User`;
    await directory.rows(
      `insert into extension_schema values ($1, $2, $2, 1, 'S', '', '{1}', $3, now(), now())`,
      directory.accountId,
      urn,
      JSON.stringify([{ name: "pin", type: 1, mutability: 3, returned: 4, subAttributes: [] }]),
    );
    const [{ rules }] = (await directory.rows("select rules from rule_set where kind = 1")) as [{ rules: object[] }];
    const rule = {
      name: "Pins",
      description: "",
      disabled: false,
      let: [],
      when: "true",
      set: [{ name: "support_id", expression: `user.extensions["${urn}"].pin` }],
      onCreate: [],
    };
    await directory.rows("update rule_set set rules = $1 where kind = 1", JSON.stringify([...rules, rule]));
    await change({ extensions: { [urn]: { pin: "S3CRET" } } });
    expect(await directory.executionOf(userId)).toMatchObject({ values: { "Pins.support_id": "***" } });
    expect(await explain("support_id")).toMatchObject({
      value: "S3CRET",
      rule: "Pins",
      expressions: [{ value: "***" }],
      attributes: [{ path: `user.extensions["${urn}"].pin`, value: "***" }],
      keptBecause: "",
    });
    await directory.rows("update rule_set set rules = $1 where kind = 1", JSON.stringify(rules));
  });
});

describe("the explanation of a person", () => {
  it("has all fields that rules can set, in the contract's order", async () => {
    const { fields } = await handlers.explainPerson(ExplainPersonRequest.fromPartial({ personId }), call);
    expect(fields.map(({ field }) => field)).toEqual(
      "name primary_email organization_id manager_id job_title location employee_id support_id cost_center vip disabled locale preferred_language time_zone contacts addresses source source_id".split(
        " ",
      ),
    );
  });

  it("made by hand says so, without a SCIM user", async () => {
    const { id } = await people.createPerson(
      { person: Person.fromPartial({ name: "Ben", primaryEmail: `ben${count}@example.com`, vip: true }) },
      call,
    );
    expect(await explain("vip", id)).toMatchObject({ origin: MANUAL, tokenId: "tok-anna", keptBecause: "" });
    expect(await explain("organization_id", id)).toMatchObject({ origin: DEFAULT });
    expect(await explain("source", id)).toMatchObject({ origin: DEFAULT });
  });

  it("is refused for another field, and for a person who is unknown or another account's", async () => {
    await expect(explain("id")).rejects.toMatchObject({ reason: "FIELD_INVALID", message: /job_title/ });
    await expect(explain("organization")).rejects.toMatchObject({ reason: "FIELD_INVALID" });
    const stranger = { ...call, caller: { ...call.caller, accountId: "other" } };
    for (const [id, whose] of [
      [v7(), call],
      ["x", call],
      [personId, stranger],
    ] as const)
      await expect(
        handlers.explainPerson(ExplainPersonRequest.fromPartial({ personId: id }), whose),
      ).rejects.toMatchObject({ reason: "PERSON_NOT_FOUND" });
  });
});
