import { setTimeout as sleep } from "node:timers/promises";
import {
  type Difference,
  DifferenceKind,
  type PlanSummary,
  RuleSet,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { planContext } from "../../../test/plan-context.ts";
import { createFixture, type Fixture, type Row } from "../../../test/reconcile-fixture.ts";
import { defaultGroupRules, defaultUserRules } from "../rules/default-rules.ts";
import { planRules, type RulePlan } from "./plan-rules.ts";
import type { PlanContext } from "./run-plan.ts";
import { SHADOW_TABLES } from "./shadow-tables.ts";

const { DIFFERENCE_KIND_PERSON_CREATED: CREATED, DIFFERENCE_KIND_PERSON_CHANGED: CHANGED } = DifferenceKind;
const { DIFFERENCE_KIND_PERSON_DISABLED: DISABLED, DIFFERENCE_KIND_PERSON_ENABLED: ENABLED } = DifferenceKind;
const { DIFFERENCE_KIND_PERSON_MOVED: MOVED, DIFFERENCE_KIND_ORGANIZATION_RENAMED: RENAMED } = DifferenceKind;
const { DIFFERENCE_KIND_GROUP_RELINKED: RELINKED, DIFFERENCE_KIND_RECORD_FAILING: FAILING } = DifferenceKind;

const PATIENT = { timeout: 10_000 };
let directory: Fixture;
let context: PlanContext;

beforeAll(async () => {
  directory = await createFixture();
});
afterAll(() => directory.close());

beforeEach(async () => {
  context = planContext(directory);
  await directory.rows("truncate scim_user, scim_group, person, dirty_record, execution, disablement, hold cascade");
  await directory.rows("delete from organization where id <> $1", directory.organizationId);
});

describe("a plan", () => {
  it("tells who would be new, changed, disabled, enabled and moved, field by field, counts first", async () => {
    const lab = await directory.addOrganization("Lab");
    const ada = await directory.addUser(user("ada", { title: "Boss", userType: "Staff" }));
    await directory.addUser(user("bob", { title: "Clerk" }));
    await directory.addUser(user("cid", { title: "Cook", active: false }));
    await directory.addPerson({ name: "Cid", primaryEmail: "cid@example.com" });
    await directory.reconcile();
    // Waits to be mapped for the first time.
    await directory.addUser(user("dan", { enterprise: { manager: { value: ada } } }));

    const rules = changed({
      job_title: "upper(user.title)",
      disabled: 'user.userType == "Staff" ? true : user.userName.startsWith("cid") ? false : null',
      organization: 'user.userName.startsWith("bob") ? [byName("lab")] : []',
    });
    const { summary, differences } = await planOf({ rules });
    expect(summary).toMatchObject({
      kind: 1,
      records: 4,
      complete: true,
      peopleCreated: 1,
      peopleChanged: 3,
      peopleDisabled: 1,
      peopleEnabled: 1,
      peopleMoved: 1,
      peopleUntouched: 0,
      brakeTrips: false,
      peopleEnabledNow: 2,
      brakeThreshold: 25,
    });
    const adaPerson = await directory.personOf(ada);
    expect(differences.map(({ kind, displayName }) => [kind, displayName])).toEqual([
      [CREATED, "dan"],
      [CHANGED, "ada"],
      [CHANGED, "bob"],
      [CHANGED, "cid"],
      [DISABLED, "ada"],
      [ENABLED, "cid"],
      [MOVED, "bob"],
    ]);
    expect(differences[0]).toMatchObject({
      personId: "",
      primaryEmail: "dan@example.com",
      recordKind: 1,
      recordName: "dan@example.com",
    });
    expect(differences[4]).toMatchObject({
      personId: adaPerson?.["id"],
      recordId: ada,
      changes: [
        { field: "job_title", before: "Boss", after: "BOSS" },
        { field: "disabled", before: false, after: true },
      ],
    });
    expect(changesOf(differences[6])).toEqual({
      organization_id: [directory.organizationId, lab],
      job_title: ["Clerk", "CLERK"],
    });
  });

  it("names a manager who does not exist yet by the e-mail", async () => {
    const boss = await directory.addUser(user("boss"));
    await directory.addUser(user("ada", { enterprise: { manager: { value: boss } } }));
    const { differences } = await planOf({});
    const ada = differences.find(({ displayName }) => displayName === "ada");
    expect(changesOf(ada)["manager_id"]).toEqual([null, { primary_email: "boss@example.com" }]);
  });

  it("says which records would fail, where, and whether they do already", async () => {
    await directory.addUser(user("ada"));
    await directory.addUser(user("bob", { title: "x".repeat(81) }));
    await directory.reconcile();
    const { summary, differences } = await planOf({
      rules: changed({ location: 'user.userName.startsWith("ada") ? user.emails[0].value : ""' }),
    });
    expect(differences).toMatchObject([
      {
        kind: FAILING,
        recordName: "ada@example.com",
        displayName: "ada",
        failedRule: "SCIM user to person",
        failedExpression: "location",
        failingAlready: false,
      },
      {
        kind: FAILING,
        recordName: "bob@example.com",
        personId: "",
        error: "job_title has 81 characters; the limit is 80.",
        failedExpression: "job_title",
        failingAlready: true,
      },
    ]);
    expect(differences[0]?.error).not.toBe("");
    expect(summary.outcomes).toEqual([{ outcome: 4, executions: 2 }]);
  });

  it("follows group rules to the people whom they move", async () => {
    const lab = await directory.addOrganization("Lab");
    const ada = await directory.addUser(user("ada"));
    const group = await directory.addGroup("Team Lab", [ada]);
    const named = await directory.addGroup("Widget");
    await directory.reconcile();
    const set = [
      { name: "organization", expression: '[byName(group.displayName.replace("Team ", ""))]' },
      { name: "name", expression: 'group.displayName.replace("Team ", "The ")' },
    ];
    const { summary, differences } = await planOf({
      kind: 2,
      rules: defaultGroupRules.map((rule) => ({ ...rule, set })),
    });
    expect(summary).toMatchObject({ kind: 2, records: 3, peopleMoved: 1, organizationsRenamed: 1, groupsRelinked: 1 });
    expect(differences.map(({ kind, displayName }) => [kind, displayName])).toEqual([
      [MOVED, "ada"],
      [RENAMED, "Lab"],
      [RELINKED, "The Lab"],
    ]);
    expect(changesOf(differences[0])).toEqual({ organization_id: [directory.organizationId, lab] });
    expect(differences[1]).toMatchObject({ organizationId: lab, recordKind: 2, recordId: group });
    expect(changesOf(differences[1])).toEqual({ name: ["Lab", "The Lab"] });
    expect(differences[2]).toMatchObject({ recordId: group, recordName: "Team Lab", organizationId: lab });
    expect(changesOf(differences[2])).toEqual({ organization_id: [null, lab] });
    expect(named).not.toBe(group);
  });

  it("foretells the brake by whom rules disabled within the hour and by a hold in force", async () => {
    for (let n = 0; n < 30; n++) await directory.addUser(user(`user${n}`, { userType: n < 26 ? "Left" : "Staff" }));
    await directory.reconcile();
    const leaving = (count: number) => ({
      disabled: `user.userType == "Left" && int(user.displayName.substring(4)) < ${count}`,
    });
    const outlook = async (count: number) => {
      const { summary } = await planOf({ rules: changed(leaving(count)) });
      return [summary.peopleDisabled, summary.brakeTrips, Number(summary.brakeThreshold)];
    };
    expect(await outlook(25)).toEqual([25, false, 25]);
    expect(await outlook(26)).toEqual([26, true, 25]);
    await directory.rows(
      `insert into hold (account_id, id, state, create_time, expire_time, people_disabled, people_enabled, max_people, max_percent)
       values ($1, gen_random_uuid(), 1, now(), now() + interval '7 days', 26, 30, 25, 20)`,
      directory.accountId,
    );
    expect(await outlook(1)).toEqual([1, true, 25]);
    expect(await outlook(0)).toEqual([0, false, 25]);
  });

  it("foretells the brake by a sample as if everybody were like it", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 30; n++) ids.push(await directory.addUser(user(`user${n}`)));
    await directory.reconcile();
    const rules = changed({ disabled: "true" });
    const sample = await planOf({ rules, sampleSize: 3 });
    expect(sample.summary).toMatchObject({ peopleDisabled: 3, brakeTrips: true });
    const none = await planOf({ rules: changed({ disabled: "false" }), sampleSize: 3 });
    expect(none.summary).toMatchObject({ peopleDisabled: 0, brakeTrips: false });
    const some = await planOf({ rules, recordIds: ids.slice(0, 3) });
    expect(some.summary).toMatchObject({ peopleDisabled: 3, brakeTrips: false });
  });

  it("looks at a sample, or at some records only", async () => {
    const ids: string[] = [];
    for (const name of ["ada", "bob", "cid", "dan"]) ids.push(await directory.addUser(user(name, { title: name })));
    await directory.reconcile();
    await directory.addUser(user("eve", { title: "eve" }));
    const rules = changed({ job_title: '"x"' });
    const sample = await planOf({ rules, sampleSize: 2 });
    expect(sample.summary).toMatchObject({ records: 2, complete: false });
    expect(sample.differences).toHaveLength(2);
    const some = await planOf({ rules, recordIds: ids.slice(1, 3) });
    expect(some.summary).toMatchObject({ records: 2, complete: false, peopleChanged: 2, peopleCreated: 0 });
    expect(some.differences.map(({ recordId }) => recordId)).toEqual(ids.slice(1, 3));
    const all = await planOf({ rules });
    expect(all.summary).toMatchObject({ records: 5, complete: true, peopleChanged: 4, peopleCreated: 1 });
  });

  it("gives the differences of the kinds asked for, in pages of a hundred, as many as asked for", async () => {
    for (let n = 0; n < 120; n++)
      await directory.addUser(user(`user${n}`, { title: "Cook", userType: n % 2 ? "Left" : "" }));
    await directory.reconcile();
    const rules = changed({ job_title: '"x"', disabled: 'user.userType == "Left" ? true : null' });
    const { summary, pages } = await planOf({ rules });
    expect([summary.peopleChanged, summary.peopleDisabled, summary.peopleUntouched]).toEqual([120, 60, 0]);
    expect(pages).toEqual([100, 80]);
    const disabled = await planOf({ rules, differenceKinds: [DISABLED], differenceLimit: 45 });
    expect(disabled.pages).toEqual([45]);
    expect(disabled.summary).toMatchObject({ peopleChanged: 120, peopleDisabled: 60 });
    expect(new Set(disabled.differences.map(({ personId }) => personId)).size).toBe(45);
    expect(new Set(disabled.differences.map(({ kind }) => kind))).toEqual(new Set([DISABLED]));
  });

  it("holds nobody up and does not see what others change meanwhile", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 250; n++) ids.push(await directory.addUser(user(`user${n}`, { title: "Cook" })));
    await directory.reconcile();
    const [first, last] = [ids[0] as string, ids.at(-1) as string];
    const events = planRules(context, plan({}));
    // Paused where its shadows are made, and once more after its first batch.
    let paused = 0;
    while (paused < 2) {
      const { value } = await events.next();
      if (value?.event?.$case !== "progress" || value.event.value.total === 0) continue;
      paused += 1;
      for (const id of [first, last]) await directory.changeUser(id, { title: `Chef ${paused}` });
      await directory.rows("update person set location = $1, version = version + 1", `Room ${paused}`);
      await directory.addUser(user(`late${paused}`));
      await directory.reconcile();
      if (value.event.value.processed > 0) break;
    }
    const { summary } = await readEvents(events);
    expect(summary).toMatchObject({ records: 250, peopleUntouched: 250, peopleChanged: 0, peopleCreated: 0 });
    expect(await directory.personOf(last)).toMatchObject({ job_title: `Chef ${paused}` });
  });

  it("sees its own account only", async () => {
    const other = await createFixtureAccount();
    await directory.addUser(user("ada"));
    await directory.reconcile();
    const { summary } = await planOf({ rules: changed({ job_title: '"x"' }) });
    expect(summary).toMatchObject({ records: 1, peopleEnabledNow: 1, peopleChanged: 1 });
    expect(await directory.rows("select name from person where account_id = $1", other)).toEqual([
      { name: "Ada elsewhere" },
    ]);
  });
});

describe("a plan that nobody wants any more", () => {
  it("stops when the client goes away, and leaves no session, table or slot behind", async () => {
    for (let n = 0; n < 30; n++) await directory.addUser(user(`user${n}`));
    const leaving = new AbortController();
    const events = planRules(context, { ...plan({}), signal: leaving.signal });
    await events.next();
    expect(await sessions()).toBe(1);
    leaving.abort();
    await expect(drained(events)).rejects.toThrow();
    await expect.poll(sessions, PATIENT).toBe(0);
    expect(await temporaryTables()).toBe(0);
    expect((await planOf({})).summary.records).toBe(30);
  });

  it("ends its session although the reader neither reads nor goes", async () => {
    await directory.addUser(user("ada"));
    const leaving = new AbortController();
    const events = planRules(context, { ...plan({}), signal: leaving.signal });
    await events.next();
    await events.next();
    leaving.abort();
    await expect.poll(sessions, PATIENT).toBe(0);
    expect((await planOf({})).summary.records).toBe(1);
  });

  it("gives up where its answers are not read", async () => {
    await directory.addUser(user("ada"));
    const events = planRules({ ...context, patienceMs: 100 }, plan({}));
    await events.next();
    await expect.poll(sessions, PATIENT).toBe(0);
    await expect(drained(events)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    expect((await planOf({})).summary.records).toBe(1);
  });

  it("ends where its reader stops reading", async () => {
    await directory.addUser(user("ada"));
    for await (const _ of planRules(context, plan({}))) break;
    await expect.poll(sessions, PATIENT).toBe(0);
    expect(await temporaryTables()).toBe(0);
  });

  it("says so when the process stops", async () => {
    await directory.addUser(user("ada"));
    const draining = new AbortController();
    const events = planRules({ ...context, draining: draining.signal }, plan({}));
    await events.next();
    draining.abort();
    await expect(drained(events)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
  });

  it("fails, and writes nothing, when its connection is lost", async () => {
    await directory.addUser(user("ada"));
    const events = planRules(context, plan({}));
    await events.next();
    await events.next();
    await directory.rows(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rollcall.plan'",
    );
    await expect(drained(events)).rejects.toMatchObject({ reason: "UNAVAILABLE" });
    expect(await directory.rows("select from person")).toHaveLength(0);
    expect(await directory.rows("select from dirty_record")).toHaveLength(1);
  });
});

describe("the limits of plans", () => {
  it("let two run at a time in a process, and one of an account on all replicas", async () => {
    const [one, two, three] = [plan({}), plan({ accountId: "second" }), plan({ accountId: "third" })];
    const replica = planContext(directory);
    const first = planRules(context, one);
    await first.next();
    const second = planRules(context, two);
    await second.next();
    const refused = { code: 8, reason: "PLAN_LIMIT_REACHED", retryAfterSeconds: 10 };
    await expect(drained(planRules(context, one))).rejects.toMatchObject(refused);
    await expect(drained(planRules(context, three))).rejects.toMatchObject(refused);
    await expect(drained(planRules(replica, one))).rejects.toMatchObject(refused);
    await drained(planRules(replica, three));
    await drained(second);
    await drained(planRules(context, three));
    await first.return(undefined);
    await drained(planRules(replica, one));
  });
});

describe("the database role of plans", () => {
  const role = `planner_${process.pid}`;
  const asRole = async (...statements: string[]) => {
    for (const statement of statements) await directory.rows(statement);
    const url = new URL(directory.url);
    [url.username, url.password] = [role, "secret"];
    return { ...context, databaseUrl: url.href };
  };
  const database = () => pg.escapeIdentifier(new URL(directory.url).pathname.slice(1));

  it("needs to read and write the tables and to make temporary ones, and no more", async () => {
    await directory.addUser(user("ada"));
    const restricted = await asRole(
      `create role ${role} login password 'secret' nosuperuser`,
      `revoke all on schema public from public`,
      `revoke all on database ${database()} from public`,
      `grant connect, temporary on database ${database()} to ${role}`,
      `grant usage on schema public to ${role}`,
      `grant select, insert, update, delete on all tables in schema public to ${role}`,
    );
    const { summary } = await readEvents(planRules(restricted, plan({})));
    expect(summary.peopleCreated).toBe(1);
  });

  it("says what is missing where it may make none", async () => {
    const restricted = await asRole(`revoke temporary on database ${database()} from ${role}`);
    const events = planRules(restricted, plan({}));
    await expect(drained(events)).rejects.toMatchObject({
      code: 9,
      message: "The service may not make temporary tables in its database, which plans need. An operator can grant it.",
    });
    await directory.rows(`drop owned by ${role}`);
    await directory.rows(`drop role ${role}`);
  });
});

describe("the shadows", () => {
  it("are of every table that has an account's rows, but those that mapping has nothing to do with", async () => {
    const tables = await directory.rows(
      `select table_name as name from information_schema.columns
       where table_schema = 'public' and column_name = 'account_id' and table_name not like '%migration%'`,
    );
    const apart = ["list_walk", "scim_record_count", "scim_request"];
    expect(tables.map(({ name }) => name).sort()).toEqual([...SHADOW_TABLES.map(({ name }) => name), ...apart].sort());
  });

  it("have indexes that the real tables have", async () => {
    const wanted = SHADOW_TABLES.flatMap(({ indexes = [] }) => indexes);
    const found = await directory.rows("select from pg_indexes where indexname = any($1::text[])", wanted);
    expect(found).toHaveLength(wanted.length);
  });
});

const user = (name: string, rest: Row = {}) => ({
  userName: `${name}@example.com`,
  displayName: name,
  active: true,
  ...rest,
});

/** The default rules with other expressions for some fields. */
function changed(expressions: Record<string, string>) {
  return defaultUserRules.map((rule) => ({
    ...rule,
    set: rule.set.map(({ name, expression }) => ({ name, expression: expressions[name] ?? expression })),
  }));
}

function plan({
  kind = 1,
  rules = defaultUserRules,
  ...rest
}: Partial<RulePlan> & { kind?: 1 | 2; rules?: RuleSet["rules"] }): RulePlan {
  return {
    accountId: directory.accountId,
    signal: new AbortController().signal,
    ruleSet: RuleSet.fromPartial({ kind, rules }),
    recordIds: [],
    sampleSize: 0,
    differenceKinds: [],
    differenceLimit: 0,
    ...rest,
  };
}

const planOf = (parts: Parameters<typeof plan>[0]) => readEvents(planRules(context, plan(parts)));

async function readEvents(events: ReturnType<typeof planRules>) {
  const differences: Difference[] = [];
  const pages: number[] = [];
  let summary: PlanSummary | undefined;
  for await (const { event } of events) {
    if (event?.$case === "summary") summary = event.value;
    if (event?.$case !== "differences") continue;
    if (!summary) throw new Error("Differences came before the summary.");
    differences.push(...event.value.differences);
    pages.push(event.value.differences.length);
  }
  if (!summary) throw new Error("The plan ended without a summary.");
  return { summary, differences, pages };
}

async function drained(events: ReturnType<typeof planRules>): Promise<void> {
  for await (const _ of events) await sleep(0);
}

function changesOf(difference: Difference | undefined): Record<string, unknown[]> {
  return Object.fromEntries((difference?.changes ?? []).map(({ field, before, after }) => [field, [before, after]]));
}

async function sessions(): Promise<number> {
  const found = await directory.rows(
    "select from pg_stat_activity where application_name = 'rollcall.plan' and datname = current_database()",
  );
  return found.length;
}

async function temporaryTables(): Promise<number> {
  return (await directory.rows("select from pg_class where relpersistence = 't'")).length;
}

/** Another account with a person and a SCIM user of the same names. */
async function createFixtureAccount(): Promise<string> {
  const account = `other-${process.pid}`;
  await directory.rows(
    `with a as (insert into account values ($1, 1, 'Other', 1, null, $2, 'en-US', 'Etc/UTC', now(), now())),
     o as (insert into organization values ($1, $2, 1, 'Other', 'other', false, now(), now())),
     u as (insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
       values ($1, gen_random_uuid(), 'ada@example.com', '{"userName": "ada@example.com"}', now(), now(), now()))
     insert into person (account_id, id, name, primary_email, primary_email_key, organization_id, create_time, update_time)
     values ($1, gen_random_uuid(), 'Ada elsewhere', 'ada@example.com', 'ada@example.com', $2, now(), now())`,
    account,
    "00000000-0000-4000-8000-000000000001",
  );
  return account;
}
