import { randomBytes } from "node:crypto";
import { AccountEnvironment, CreateAccountRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  CopyRuleSetRequest,
  type Difference,
  type DifferenceKind,
  DriftKind,
  DriftReportRequest,
  PlanRuleSetRequest,
  type PlanRuleSetResponse,
  type PlanSummary,
  type RuleSet,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { UpdatePersonRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { IssueTokenRequest, TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { connectStream } from "./connect-stream.ts";
import { USER } from "./scim-messages.ts";
import { type Account, as, startTestStack, type TestStack } from "./stack.ts";

const kind = 1;
const PATIENT = { timeout: 10_000 };
// Of its own: a process makes two plans at a time.
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  return () => stack.stop();
});

describe("an administrator who changes rules", () => {
  it("sees before what publishing then does", async () => {
    const account = await provisioned(12);
    const draft = await saveDraft(account, { job_title: '"Chief " + user.title', vip: 'user.displayName == "User 3"' });
    const { summary, differences } = await planned(account, { kind });
    expect(summary).toMatchObject({ revision: 0, draftVersion: draft.version, complete: true, records: 12 });
    expect(summary).toMatchObject({ peopleChanged: 12, peopleCreated: 0, peopleDisabled: 0, peopleUntouched: 0 });
    const before = await account.people();
    expect(before.every(({ jobTitle, vip }) => jobTitle === "Clerk" && !vip)).toBe(true);

    await account.rpc.mapping.publishRuleSet({ kind, version: draft.version, note: "" }, account.owner);
    await account.settle();
    for (const { id, jobTitle, vip } of await account.people()) {
      const difference = differences.find(({ personId }) => personId === id);
      const changes = Object.fromEntries(difference?.changes.map(({ field, after }) => [field, after]) ?? []);
      expect({ jobTitle, vip }).toEqual({ jobTitle: changes["job_title"], vip: changes["vip"] ?? false });
    }
    // Nothing is left to do, and an earlier revision would take it back.
    expect((await planned(account, { kind })).summary).toMatchObject({ revision: 2, peopleUntouched: 12 });
    const earlier = { selector: { $case: "revision" as const, value: 1 } };
    expect((await planned(account, { kind, selector: earlier })).summary).toMatchObject({
      revision: 1,
      peopleChanged: 12,
    });
  });

  it("sees the same in a browser", async () => {
    const account = await provisioned(3);
    await saveDraft(account, { job_title: '"Chief"' });
    const events: Record<string, unknown>[] = [];
    for await (const event of connected(account, "PlanRuleSet", { kind })) events.push(event);
    expect(events[0]).toEqual({ progress: {} });
    expect(events.at(-2)).toMatchObject({ summary: { records: "3", peopleChanged: "3", draftVersion: "1" } });
    expect(events.at(-1)).toMatchObject({
      differences: {
        differences: Array(3).fill({
          kind: "DIFFERENCE_KIND_PERSON_CHANGED",
          changes: [{ field: "job_title", before: "Clerk", after: "Chief" }],
        }),
      },
    });
    const refused = connected(account, "PlanRuleSet", { kind, selector: { text: "rules: 1" } });
    await expect(refused.next()).rejects.toMatchObject({ code: "invalid_argument" });
  });

  it("may try a single record, of their own account", async () => {
    const [account, other] = [await provisioned(2), await provisioned(1)];
    const [record] = (await account.scim.get("/Users")).body["Resources"] as { id: string }[];
    const [foreign] = (await other.scim.get("/Users")).body["Resources"] as { id: string }[];
    const one = await planned(account, { kind, recordIds: [record?.id ?? ""] });
    expect(one.summary).toMatchObject({ records: 1, complete: false, peopleUntouched: 1 });
    for (const id of [foreign?.id ?? "", "nobody"])
      await expect(planned(account, { kind, recordIds: [id] })).rejects.toMatchObject({
        reason: "SCIM_USER_NOT_FOUND",
      });
    const groups = planned(account, { kind: 2, recordIds: [record?.id ?? ""] });
    await expect(groups).rejects.toMatchObject({ reason: "SCIM_GROUP_NOT_FOUND" });
  });

  it.each([
    [{ kind: 0 }, "kind"],
    [{ kind, sampleSize: -1 }, "sample_size"],
    [{ kind, differenceLimit: -1 }, "difference_limit"],
    [{ kind, differenceKinds: [9 as DifferenceKind] }, "difference_kinds[0]"],
    [{ kind, recordIds: Array(501).fill("x") }, "record_ids"],
    [{ kind, recordIds: ["x"], sampleSize: 1 }, "sample_size"],
    [{ kind, selector: { selector: { $case: "draft" as const, value: false } } }, "selector.draft"],
  ])("is told of the field that is wrong in %j", async (request, field) => {
    const account = await stack.newAccount();
    await expect(planned(account, request as Partial<PlanRuleSetRequest>)).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      violations: [{ field }],
    });
  });

  it("is told that rules are wrong, and where no draft is", async () => {
    const account = await stack.newAccount();
    const text = "kind: scim_user\nrules:\n  - name: A\n    when: 'true'\n    set: {job_title: user.titel}\n";
    const wrong = planned(account, { kind, selector: { selector: { $case: "text", value: text } } });
    await expect(wrong).rejects.toMatchObject({ reason: "RULE_SET_INVALID" });
    const draft = planned(account, { kind, selector: { selector: { $case: "draft", value: true } } });
    await expect(draft).rejects.toMatchObject({ reason: "RULE_SET_NOT_FOUND" });
  });

  it("leaves nothing running when the browser is closed", async () => {
    const account = await provisioned(40);
    const leaving = new AbortController();
    const events = connected(account, "PlanRuleSet", { kind }, leaving.signal);
    await events.next();
    leaving.abort();
    await expect(events.next()).rejects.toThrow();
    // The account's one slot is free again.
    await expect
      .poll(
        () =>
          planned(account, { kind }).then(
            () => true,
            () => false,
          ),
        PATIENT,
      )
      .toBe(true);
    const admin = new pg.Client({ connectionString: stack.processes.databaseUrls.directory });
    await admin.connect();
    const tables = () =>
      admin.query("select from pg_class where relpersistence = 't' and relname = 'scim_user_mapping'");
    await expect.poll(async () => (await tables()).rowCount, PATIENT).toBe(0);
    await admin.end();
  });
});

describe("rules that a QA account has proved", () => {
  it("come to production as a draft, with what they would do to production's own people", async () => {
    const production = await provisioned(5);
    const qa = await qaAccount(production);
    const { text } = await production.rpc.mapping.getRuleSet({ kind, selector: undefined }, qa);
    const content = { $case: "text", value: text.replace("job_title: user.title", `job_title: '"From QA"'`) } as const;
    const { version } = await production.rpc.mapping.saveDraft({ kind, content, version: 0, baseRevision: 1 }, qa);
    await production.rpc.mapping.publishRuleSet({ kind, version, note: "" }, qa);

    const request = CopyRuleSetRequest.fromPartial({ kind });
    let draft: RuleSet | undefined;
    const plan: PlanRuleSetResponse[] = [];
    for await (const { event } of production.rpc.mapping.copyRuleSet(request, production.owner)) {
      if (event?.$case === "draft") draft = event.value;
      if (event?.$case === "plan") plan.push(event.value);
    }
    expect(draft).toMatchObject({ state: 1, version: 1, text: content.value });
    const { summary, differences } = read(plan);
    expect(summary).toMatchObject({ draftVersion: 1, records: 5, peopleChanged: 5 });
    expect(differences.map(({ changes }) => changes[0]?.after)).toEqual(Array(5).fill("From QA"));
    expect((await production.people()).map(({ jobTitle }) => jobTitle)).toEqual(Array(5).fill("Clerk"));
  });
});

describe("a drift report", () => {
  it("finds what somebody has changed by hand, by gRPC and in a browser", async () => {
    const account = await provisioned(4);
    const [person] = await account.people();
    await account.rpc.people.updatePerson(
      UpdatePersonRequest.fromPartial({
        person: { id: person?.id ?? "", jobTitle: "King" },
        updateMask: ["job_title"],
      }),
      account.owner,
    );
    const findings: unknown[] = [];
    for await (const { event } of account.rpc.mapping.driftReport(DriftReportRequest.fromPartial({}), account.owner)) {
      if (event?.$case === "summary")
        expect(event.value).toMatchObject({ peopleDifferent: 1, recordsWithoutPerson: 0 });
      if (event?.$case === "findings") findings.push(...event.value.findings);
    }
    expect(findings).toMatchObject([
      {
        kind: DriftKind.DRIFT_KIND_PERSON_DIFFERENT,
        difference: { personId: person?.id, changes: [{ field: "job_title", before: "King", after: "Clerk" }] },
      },
    ]);
    const events: Record<string, unknown>[] = [];
    for await (const event of connected(account, "DriftReport", {})) events.push(event);
    expect(events.at(-2)).toMatchObject({ summary: { peopleDifferent: "1" } });
    expect(events.at(-1)).toMatchObject({ findings: { findings: [{ difference: { personId: person?.id } }] } });
    expect(await account.person(person?.id ?? "")).toMatchObject({ jobTitle: "King" });
  });
});

async function provisioned(users: number): Promise<Account> {
  const account = await stack.newAccount();
  for (let n = 0; n < users; n++)
    await account.scim.post("/Users", {
      schemas: [USER],
      userName: `user${n}@example.com`,
      displayName: `User ${n}`,
      title: "Clerk",
    });
  await account.settle();
  return account;
}

/** Owner's options of a QA account whose counterpart in production is the given one. */
async function qaAccount({ id, rpc }: Account) {
  const operator = as(stack.processes.operatorToken);
  const account = {
    id: `qa-${randomBytes(6).toString("hex")}`,
    displayName: "QA",
    environment: AccountEnvironment.ACCOUNT_ENVIRONMENT_QA,
    productionAccountId: id,
  };
  await rpc.accounts.createAccount(CreateAccountRequest.fromPartial({ account }), operator);
  const scopes = [TokenScope.TOKEN_SCOPE_OWNER];
  const request = IssueTokenRequest.fromPartial({ accountId: account.id, scopes, label: "Test" });
  return as((await rpc.tokens.issueToken(request, operator)).secret);
}

/** Saves the published rules with other expressions for some fields as the draft. */
async function saveDraft({ rpc, owner }: Account, expressions: Record<string, string>): Promise<RuleSet> {
  const { rules, revision } = await rpc.mapping.getRuleSet({ kind, selector: undefined }, owner);
  const changed = rules.map((rule) => ({
    ...rule,
    set: rule.set.map(({ name, expression }) => ({ name, expression: expressions[name] ?? expression })),
  }));
  const content = { $case: "rules", value: { rules: changed } } as const;
  return rpc.mapping.saveDraft({ kind, content, version: 0, baseRevision: revision }, owner);
}

async function planned({ rpc, owner }: Account, request: Partial<PlanRuleSetRequest>) {
  const events: PlanRuleSetResponse[] = [];
  for await (const event of rpc.mapping.planRuleSet(PlanRuleSetRequest.fromPartial(request), owner)) events.push(event);
  return read(events);
}

function read(events: PlanRuleSetResponse[]): { summary: PlanSummary; differences: Difference[] } {
  const differences = events.flatMap(({ event }) => (event?.$case === "differences" ? event.value.differences : []));
  const summaries = events.flatMap(({ event }) => (event?.$case === "summary" ? event.value : []));
  expect(summaries).toHaveLength(1);
  return { summary: summaries[0] as PlanSummary, differences };
}

function connected(account: Account, name: string, request: object, signal?: AbortSignal) {
  const method = `rollcall.directory.v1.MappingService/${name}`;
  const call = { origin: stack.processes.http, method, token: account.tokens.owner, ...(signal ? { signal } : {}) };
  return connectStream(call, request);
}
