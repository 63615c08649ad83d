import { ListRequestsRequest, ScimRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { CreateExtensionSchemaRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ListExecutionsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ListOrganizationsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { ListPeopleRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ListScimGroupsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ListScimRecordsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { ListScimUsersRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { expect } from "vitest";
import { bothKinds } from "./rpc-scim-rows.ts";
import type { Ids } from "./rpc-table.ts";
import { GROUP, USER } from "./scim-messages.ts";
import { type Account, as } from "./stack.ts";

/** Two users, two groups, and what follows from them. */
export async function populate({ id, scim, rpc, owner, ...account }: Account, serviceToken: string): Promise<Ids> {
  await account.createOrganization("Sales");
  const user = (userName: string) => scim.post("/Users", { schemas: [USER], userName, displayName: "X" });
  const [anna] = [await user("anna@example.com"), await user("ben@example.com")];
  const group = (displayName: string) =>
    scim.post("/Groups", { schemas: [GROUP], displayName, members: [{ value: anna.body.id }] });
  const [sales] = [await group("Sales"), await group("Support")];
  await account.settle();
  const { personId, executionId } = await account.mapping("Users", anna.body.id);
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
  ]);
  const [peoplePage, organizationsPage, executionsPage, usersPage, groupsPage, recordsPage, requestsPage] = pages.map(
    (page) => page.nextPageToken,
  );
  const { tokens } = await rpc.tokens.listTokens({ accountId: "" }, owner);
  const ids = {
    account: id,
    user: anna.body.id,
    group: sales.body.id,
    person: personId,
    organization: organizationId,
    execution: executionId,
    token: tokens[0]?.id,
    schema,
    peoplePage,
    organizationsPage,
    executionsPage,
    usersPage,
    groupsPage,
    recordsPage,
    requestsPage,
  };
  for (const [name, value] of Object.entries(ids)) expect(value, name).toMatch(/./);
  return ids as Ids;
}

/** A UUID of version 7 of now. */
function newId(n: number): string {
  const now = Date.now().toString(16).padStart(12, "0");
  return `${now.slice(0, 8)}-${now.slice(8)}-7000-8000-00000000000${n}`;
}
