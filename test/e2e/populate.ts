import { AccountRole, ListMembersRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  Connection,
  ListRequestsRequest,
  ScimRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { CreateExtensionSchemaRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import {
  GetHoldRequest,
  ListExecutionsRequest,
  ListRevisionsRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ListOrganizationsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { ListPeopleRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ListScimGroupsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { ListScimRecordsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { ListScimUsersRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { expect, vi } from "vitest";
import { bothKinds } from "./rpc-scim-rows.ts";
import type { Ids } from "./rpc-table.ts";
import { GROUP, USER } from "./scim-messages.ts";
import { type Account, as } from "./stack.ts";

/** Two revisions of rules, two users, two groups, and what follows from them. */
export async function populate({ id, scim, rpc, owner, ...account }: Account, serviceToken: string): Promise<Ids> {
  await account.createOrganization("Sales");
  const { text, baseRevision } = await rpc.mapping.exportRuleSet({ kind: USERS, selector: undefined }, owner);
  const { version } = await rpc.mapping.importRuleSet({ text, version: 0, baseRevision }, owner);
  await rpc.mapping.publishRuleSet({ kind: USERS, version, note: "" }, owner);
  const user = (userName: string) => scim.post("/Users", { schemas: [USER], userName, displayName: "X" });
  const [anna] = [await user("anna@example.com"), await user("ben@example.com")];
  const group = (displayName: string) =>
    scim.post("/Groups", { schemas: [GROUP], displayName, members: [{ value: anna.body.id }] });
  const [sales] = [await group("Sales"), await group("Support")];
  await account.settle();
  const { personId, executionId } = await account.mapping("Users", anna.body.id);
  await makeMembers(rpc, owner, personId);
  const hold = await makeHold({ id, scim, rpc, owner, ...account });
  const { organizationId } = await account.mapping("Groups", sales.body.id);
  const schema = "urn:example:scim:Alphas";
  const extensionSchema = {
    urn: schema,
    name: "X",
    recordKinds: [1 as const],
    attributes: [{ name: "x", type: 1 as const }],
  };
  await rpc.extensionSchemas.createExtensionSchema(
    CreateExtensionSchemaRequest.fromPartial({ extensionSchema }),
    owner,
  );
  const logged = { accountId: id, requestTime: new Date(), status: 200, recordId: anna.body.id };
  const requests = [1, 2].map((n) => ScimRequest.fromPartial({ ...logged, id: newId(n) }));
  await rpc.connections.recordRequests({ requests }, as(serviceToken));
  const one = { pageSize: 1 };
  const pages = await Promise.all([
    rpc.people.listPeople(ListPeopleRequest.fromPartial(one), owner),
    rpc.organizations.listOrganizations(ListOrganizationsRequest.fromPartial(one), owner),
    rpc.mapping.listExecutions(ListExecutionsRequest.fromPartial(one), owner),
    rpc.scimUsers.listScimUsers(ListScimUsersRequest.fromPartial(one), as(account.tokens.scim)),
    rpc.scimGroups.listScimGroups(ListScimGroupsRequest.fromPartial(one), as(account.tokens.scim)),
    rpc.scimRecords.listScimRecords(
      ListScimRecordsRequest.fromPartial({ ...one, ...bothKinds }),
      as(account.tokens.scim),
    ),
    rpc.connections.listRequests(ListRequestsRequest.fromPartial(one), owner),
    rpc.mapping.listRevisions(ListRevisionsRequest.fromPartial({ ...one, kind: USERS }), owner),
    rpc.accounts.listMembers(ListMembersRequest.fromPartial(one), owner),
    rpc.mapping.getHold(GetHoldRequest.fromPartial(one), owner),
  ]);
  const [
    peoplePage,
    organizationsPage,
    executionsPage,
    usersPage,
    groupsPage,
    recordsPage,
    requestsPage,
    revisionsPage,
    membersPage,
    holdPage,
  ] = pages.map((page) => page.nextPageToken);
  const { tokens } = await rpc.tokens.listTokens({ accountId: "" }, owner);
  const ids = {
    account: id,
    user: anna.body.id,
    group: sales.body.id,
    person: personId,
    organization: organizationId,
    execution: executionId,
    hold,
    token: tokens[0]?.id,
    schema,
    peoplePage,
    organizationsPage,
    executionsPage,
    usersPage,
    groupsPage,
    recordsPage,
    requestsPage,
    revisionsPage,
    membersPage,
    holdPage,
  };
  for (const [name, value] of Object.entries(ids)) expect(value, name).toMatch(/./);
  return ids as Ids;
}

const USERS = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/** Makes two people members, one of whom owns the account. */
async function makeMembers(rpc: Account["rpc"], owner: Account["owner"], personId: string): Promise<void> {
  const { people } = await rpc.people.listPeople(ListPeopleRequest.fromPartial({}), owner);
  for (const { id } of people.slice(0, 2)) {
    const role = id === personId ? AccountRole.ACCOUNT_ROLE_OWNER : AccountRole.ACCOUNT_ROLE_VIEWER;
    await rpc.accounts.setMemberRole({ accountId: "", personId: id, role }, owner);
  }
}

/** Has two more users held, and answers the hold. */
async function makeHold({ scim, rpc, owner, settle }: Account): Promise<string | undefined> {
  const connection = Connection.fromPartial({ brake: { maxPeople: 1, maxPercent: 1 } });
  await rpc.connections.updateConnection({ connection, updateMask: ["brake"] }, owner);
  const ids: string[] = [];
  for (const userName of ["cleo@example.com", "dan@example.com"])
    ids.push((await scim.post("/Users", { schemas: [USER], userName, displayName: "X", active: true })).body.id);
  await settle();
  for (const id of ids) await scim.patch(`/Users/${id}`, { op: "replace", value: { active: false } });
  await settle();
  const held = () => rpc.mapping.getHold(GetHoldRequest.fromPartial({}), owner);
  // Requests reach the log some time after their answers.
  await vi.waitFor(
    async () => {
      const { records } = await held();
      expect(records.map(({ request }) => request?.method)).toEqual(["PATCH", "PATCH"]);
    },
    { timeout: 5_000 },
  );
  return (await held()).hold?.id;
}

/** A UUID of version 7 of now. */
function newId(n: number): string {
  const now = Date.now().toString(16).padStart(12, "0");
  return `${now.slice(0, 8)}-${now.slice(8)}-7000-8000-00000000000${n}`;
}
