import {
  ExplainPersonRequest,
  type FieldExplanation,
  FieldOrigin,
  ListExecutionsRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { UpdatePersonRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { beforeAll, describe, expect, it } from "vitest";
import { ENTERPRISE, GROUP, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

const { FIELD_ORIGIN_RULE: RULE, FIELD_ORIGIN_MANUAL: MANUAL, FIELD_ORIGIN_DEFAULT: DEFAULT } = FieldOrigin;

let stack: SharedTestStack;
let account: Account;
let userId: string;
let groupId: string;
let personId: string;
let organizationId: string;

/** As Okta does it: the user, a changed attribute, the group; then somebody's hand. */
beforeAll(async () => {
  stack = await sharedTestStack();
  account = await stack.newAccount();
  organizationId = (await account.createOrganization("Engineering")).id;
  const user = {
    schemas: [USER, ENTERPRISE],
    userName: "anna@example.com",
    externalId: "00u1",
    name: { givenName: "Anna", familyName: "Ōkami" },
    emails: [{ primary: true, value: "anna@example.com", type: "work" }],
    title: "Engineer",
    locale: "de-DE",
    active: true,
    groups: [],
    [ENTERPRISE]: { costCenter: "CC-1" },
  };
  userId = (await account.scim.post("/Users", user)).body.id;
  await account.settle();
  await account.scim.patch(`/Users/${userId}`, { op: "replace", value: { title: "Director" } });
  await account.settle();
  groupId = (await account.scim.post("/Groups", { schemas: [GROUP], displayName: "Engineering", members: [] })).body.id;
  await account.settle();
  await account.scim.patch(`/Groups/${groupId}`, { op: "add", path: "members", value: [{ value: userId }] });
  await account.settle();
  personId = (await account.people())[0]?.id ?? "";
  const edit = { person: { id: personId, costCenter: "CC-2", location: "Room 5" } };
  await account.rpc.people.updatePerson(
    UpdatePersonRequest.fromPartial({ ...edit, updateMask: ["cost_center", "location"] }),
    account.owner,
  );
  return () => stack.stop();
});

async function explain(field: string): Promise<FieldExplanation> {
  const request = ExplainPersonRequest.fromPartial({ personId, field });
  const explained = async () => (await account.rpc.mapping.explainPerson(request, account.owner)).fields[0];
  // The request log is written behind the answers.
  await expect
    .poll(async () => {
      const found = await explained();
      return found?.origin !== RULE || found.request !== undefined;
    })
    .toBe(true);
  return (await explained()) as FieldExplanation;
}

describe("why a person is so", () => {
  it("is the create for what it brought", async () => {
    expect(await explain("name")).toMatchObject({
      value: "Anna Ōkami",
      origin: RULE,
      rule: "SCIM user to person",
      path: "set.name",
      recordId: userId,
      request: { method: "POST", status: 201, recordId: userId },
      keptBecause: "",
    });
    expect(await explain("locale")).toMatchObject({ path: "on_create.locale", request: { method: "POST" } });
  });

  it("is the PATCH for the title, with what it was before", async () => {
    const title = await explain("job_title");
    expect(title).toMatchObject({
      value: "Director",
      before: "Engineer",
      origin: RULE,
      expressions: [{ path: "set.job_title", expression: "user.title", value: "Director" }],
      attributes: [{ path: "user.title", value: "Director" }],
      request: { method: "PATCH", recordId: userId },
    });
    expect(title.request?.traceId).toBe(title.traceId);
    const request = ListExecutionsRequest.fromPartial({ traceId: title.traceId });
    const { executions } = await account.rpc.mapping.listExecutions(request, account.owner);
    expect(executions.map(({ id }) => id)).toEqual([title.executionId]);
  });

  it("is the group's request for the organization", async () => {
    expect(await explain("organization_id")).toMatchObject({
      value: organizationId,
      origin: RULE,
      path: "set.organization",
      attributes: expect.arrayContaining([
        { path: "groups", value: [expect.objectContaining({ id: groupId, organizationId })] },
      ]),
      request: { method: "PATCH", recordId: groupId },
    });
  });

  it("is the owner's hand for what was edited, which the rules may set again", async () => {
    expect(await explain("cost_center")).toMatchObject({
      value: "CC-2",
      origin: MANUAL,
      keptBecause: expect.stringMatching(/by hand after.*CC-1/),
    });
    expect((await explain("cost_center")).tokenId).not.toBe("");
    expect(await explain("location")).toMatchObject({ origin: MANUAL, value: "Room 5" });
    expect(await explain("support_id")).toMatchObject({ origin: DEFAULT, value: null, keptBecause: "" });
  });

  it("is told to browsers too", async () => {
    const answer = await fetch(`${stack.processes.http}/rpc/rollcall.directory.v1.MappingService/ExplainPerson`, {
      method: "POST",
      headers: { authorization: `Bearer ${account.tokens.owner}`, "content-type": "application/json" },
      body: JSON.stringify({ personId, field: "job_title" }),
    });
    expect(await answer.json()).toMatchObject({
      fields: [{ field: "job_title", value: "Director", origin: "FIELD_ORIGIN_RULE", before: "Engineer" }],
    });
  });
});
