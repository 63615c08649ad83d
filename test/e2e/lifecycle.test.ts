import { ReprocessRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { UpdateOrganizationRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { CreatePersonRequest, UpdatePersonRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { beforeAll, describe, expect, it } from "vitest";
import { converse } from "./conversation.ts";
import { anna, create, fieldCases } from "./person-fields.ts";
import { ENTERPRISE, GROUP, USER } from "./scim-messages.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

const outcome = ExecutionOutcome;

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

describe("a person", () => {
  for (const { name, steps } of fieldCases()) it(name, async () => converse(await stack.newAccount(), steps));

  it("made by hand is taken over by a SCIM user with the same e-mail in any case", async () => {
    const account = await stack.newAccount();
    const made = { person: { name: "A. Ōkami", primaryEmail: "Anna@Example.com", jobTitle: "Engineer" } };
    const { id } = await account.rpc.people.createPerson(CreatePersonRequest.fromPartial(made), account.owner);
    await converse(account, [
      create({ displayName: "Anna Ōkami" }, { id, name: "Anna Ōkami", jobTitle: "Engineer", source: "SCIM" }),
      { when: "nobody else is there", peopleCount: 1 },
    ]);
  });

  it("edited by hand keeps what the client does not send and loses what it does", async () => {
    const account = await stack.newAccount();
    const { body: user } = await account.scim.post("/Users", { ...anna, title: "Engineer" });
    await account.settle();
    const [person] = await account.people();
    const edit = {
      person: { id: person?.id, location: "Room 5", jobTitle: "Boss" },
      updateMask: ["location", "job_title"],
    };
    await account.rpc.people.updatePerson(UpdatePersonRequest.fromPartial(edit), account.owner);
    await account.scim.patch(`/Users/${user.id}`, { op: "replace", path: "nickName", value: "Änni" });
    await account.settle();
    expect(await account.people()).toMatchObject([{ id: person?.id, location: "Room 5", jobTitle: "Engineer" }]);
  });
});

describe("an organization", () => {
  it("that is disabled is not found by rules", async () => {
    const account = await stack.newAccount();
    const { id } = await account.createOrganization("Sales");
    const change = { organization: { id, disabled: true }, updateMask: ["disabled"] };
    await account.rpc.organizations.updateOrganization(UpdateOrganizationRequest.fromPartial(change), account.owner);
    await converse(account, [create({ [ENTERPRISE]: { organization: "Sales" } }, { organization: "own" })]);
  });

  it("that a user names is preferred to its groups', and resolves when it is created later", async () => {
    const account = await stack.newAccount();
    await account.createOrganization("Sales");
    await converse(account, [
      create({ [ENTERPRISE]: { organization: "R&D" } }, { organization: "own" }),
      {
        when: "she joins Sales",
        send: ["POST", "/Groups", { schemas: [GROUP], displayName: "Sales", members: [{ value: "{anna}" }] }],
        status: 201,
        people: { anna: { organization: "Sales" } },
      },
      {
        when: "R&D is created",
        act: (of) => of.createOrganization("r&d"),
        people: { anna: { organization: "r&d" } },
      },
    ]);
  });
});

describe("a mapping that fails", () => {
  it("answers 201 and shows on the record and in executions with its trace", async () => {
    const account = await stack.newAccount();
    await account.scim.post("/Users", anna);
    await account.settle();
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const twin = { schemas: [USER], userName: "anna-admin", emails: [{ value: "ANNA@example.com", primary: true }] };
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
    const { status, body } = await account.scim.send("POST", "/Users", twin, headers);
    expect(status).toBe(201);
    await account.settle();

    const mapping = await account.mapping("Users", body.id);
    expect(mapping).toMatchObject({ outcome: outcome.EXECUTION_OUTCOME_FAILED, personId: "", pending: false });
    expect(mapping.error).toMatch(/\S+ \S+/);
    const [execution, ...others] = await account.executions(body.id);
    expect(others).toEqual([]);
    expect(execution).toMatchObject({
      id: mapping.executionId,
      outcome: outcome.EXECUTION_OUTCOME_FAILED,
      error: mapping.error,
      causes: ["created"],
      traceId: trace,
      changes: [],
      ruleSetRevision: 1,
    });
    expect(await account.people()).toHaveLength(1);

    await account.scim.patch(`/Users/${body.id}`, {
      op: "replace",
      path: "emails",
      value: [{ value: "a2@example.com" }],
    });
    await account.settle();
    expect(await account.mapping("Users", body.id)).toMatchObject({
      outcome: outcome.EXECUTION_OUTCOME_APPLIED,
      error: "",
    });
    expect(await account.people()).toHaveLength(2);
  });

  it("names the field that is too long and leaves others of the same moment alone", async () => {
    const account = await stack.newAccount();
    const long = { schemas: [USER], userName: "long@example.com", displayName: "x".repeat(200) };
    const [bad, good] = await Promise.all([account.scim.post("/Users", long), account.scim.post("/Users", anna)]);
    expect([bad.status, good.status]).toEqual([201, 201]);
    await account.settle();
    const mapping = await account.mapping("Users", bad.body.id);
    expect(mapping.outcome).toBe(outcome.EXECUTION_OUTCOME_FAILED);
    expect(mapping.error).toMatch(/name.*128|128.*name/);
    expect(await account.people()).toMatchObject([{ primaryEmail: "anna@example.com" }]);
  });

  it("does nothing without an e-mail and says why", async () => {
    const account = await stack.newAccount();
    const { body } = await account.scim.post("/Users", { schemas: [USER], userName: "anna" });
    await account.settle();
    const mapping = await account.mapping("Users", body.id);
    expect(mapping.outcome).toBe(outcome.EXECUTION_OUTCOME_CONDITION_NOT_MET);
    expect(mapping.error).toMatch(/\S+ \S+/);
    expect(await account.people()).toEqual([]);
  });
});

describe("an execution", () => {
  it("has each field before and after, and a change of nothing is none", async () => {
    const account = await stack.newAccount();
    const { body } = await account.scim.post("/Users", { ...anna, title: "Engineer" });
    await account.settle();
    await account.scim.patch(`/Users/${body.id}`, { op: "replace", path: "title", value: "Director" });
    await account.settle();
    await account.scim.patch(`/Users/${body.id}`, { op: "replace", path: "title", value: "Director" });
    await account.scim.patch(`/Users/${body.id}`, { op: "replace", path: "nickName", value: "Änni" });
    await account.settle();

    const executions = await account.executions(body.id);
    expect(executions).toMatchObject([
      { outcome: outcome.EXECUTION_OUTCOME_NO_CHANGE, causes: ["updated"], changes: [] },
      {
        outcome: outcome.EXECUTION_OUTCOME_APPLIED,
        causes: ["updated"],
        changes: [{ field: "job_title", before: "Engineer", after: "Director" }],
      },
      { outcome: outcome.EXECUTION_OUTCOME_APPLIED, causes: ["created"] },
    ]);
    const written = Object.fromEntries(executions[2]?.changes.map(({ field, after }) => [field, after]) ?? []);
    expect(written).toMatchObject({ name: "Anna Ōkami", primary_email: "anna@example.com", job_title: "Engineer" });
    const [{ id } = { id: "" }] = executions;
    expect(await account.rpc.mapping.getExecution({ id }, account.owner)).toEqual(executions[0]);
    for (const { traceId } of executions) expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it("is run again for one record or for all on request", async () => {
    const account = await stack.newAccount();
    const { body } = await account.scim.post("/Users", anna);
    await account.scim.post("/Users", { schemas: [USER], userName: "ben@example.com" });
    await account.settle();
    const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
    expect(
      await account.rpc.mapping.reprocess(ReprocessRequest.fromPartial({ kind, recordId: body.id }), account.owner),
    ).toEqual({ queued: 1 });
    await account.settle();
    expect(await account.executions(body.id)).toMatchObject([
      { causes: ["manual"], outcome: outcome.EXECUTION_OUTCOME_NO_CHANGE },
      { causes: ["created"] },
    ]);
    expect(await account.rpc.mapping.reprocess(ReprocessRequest.fromPartial({ kind }), account.owner)).toEqual({
      queued: 2,
    });
  });
});
