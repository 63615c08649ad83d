import {
  AccountRole,
  AccountServiceService,
  CreateAccountRequest,
  ListMembersRequest,
  SetMemberRoleRequest,
  UpdateAccountRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  ConnectionServiceService,
  ListRequestsRequest,
  UpdateConnectionRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  CreateExtensionSchemaRequest,
  ExtensionSchemaServiceService,
  UpdateExtensionSchemaRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import {
  ListExecutionsRequest,
  MappingServiceService,
  ReprocessRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import {
  CreateOrganizationRequest,
  ListOrganizationsRequest,
  OrganizationServiceService,
  UpdateOrganizationRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import {
  CreatePersonRequest,
  ListPeopleRequest,
  PeopleServiceService,
  UpdatePersonRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import {
  IssueTokenRequest,
  TokenScope,
  TokenServiceService,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import {
  type Access,
  forAdministrators,
  forOperators,
  forOwners,
  forOwnersAndOperators,
  forReaders,
  forScim,
  forServices,
  forWriters,
  unbound,
} from "./rpc-access.ts";
import { equal } from "./rpc-filter.ts";
import { mappingRows } from "./rpc-mapping-rows.ts";
import { scimRows } from "./rpc-scim-rows.ts";
import type { Rpc } from "./stack.ts";

/** Ids of one account's records, or made-up ones. */
export interface Ids {
  account: string;
  user: string;
  group: string;
  person: string;
  organization: string;
  execution: string;
  hold: string;
  token: string;
  /** URN of an extension schema. */
  schema: string;
  /** Page tokens of the account's lists. */
  peoplePage: string;
  organizationsPage: string;
  executionsPage: string;
  usersPage: string;
  groupsPage: string;
  recordsPage: string;
  requestsPage: string;
  revisionsPage: string;
  membersPage: string;
  holdPage: string;
}

/** One method: who may call it, and requests with ids in every place that takes one. */
export interface RpcRow<Request> extends Access {
  requests: ((ids: Ids) => Request)[];
}

/** Every method of every service. */
export type RpcTable = {
  [Service in keyof Rpc]: { [Method in Exclude<keyof Rpc[Service], "close">]: RpcRow<RequestOf<Rpc[Service][Method]>> };
};

type RequestOf<Call> = Call extends (request: infer Request, ...rest: never[]) => unknown ? Request : never;

/** The services by the name of their client. */
export const definitions: Record<keyof Rpc, object> = {
  accounts: AccountServiceService,
  connections: ConnectionServiceService,
  extensionSchemas: ExtensionSchemaServiceService,
  people: PeopleServiceService,
  organizations: OrganizationServiceService,
  mapping: MappingServiceService,
  scimUsers: ScimUserServiceService,
  scimGroups: ScimGroupServiceService,
  scimRecords: ScimRecordServiceService,
  tokens: TokenServiceService,
};

/** What the contracts say, method by method. */
export const rpcTable: RpcTable = {
  accounts: {
    createAccount: { ...forOperators, requests: [() => CreateAccountRequest.fromPartial({ account: {} })] },
    getAccount: {
      may: ["read", "administrator", "owner", "operator"],
      mayNot: ["service"],
      requests: [({ account }) => ({ id: account })],
    },
    listAccounts: { ...forOperators, requests: [() => ({ pageSize: 0, pageToken: "" })] },
    updateAccount: {
      ...forOwnersAndOperators,
      requests: [
        ({ account }) =>
          UpdateAccountRequest.fromPartial({
            account: { id: account, displayName: "Taken over" },
            updateMask: ["display_name"],
          }),
        ({ account }) =>
          UpdateAccountRequest.fromPartial({
            account: { productionAccountId: account },
            updateMask: ["production_account_id"],
          }),
      ],
    },
    listMembers: {
      may: ["administrator", "owner", "operator"],
      mayNot: ["scim", "read", "write", "service"],
      requests: [
        ({ account }) => ListMembersRequest.fromPartial({ accountId: account }),
        ({ membersPage }) => ListMembersRequest.fromPartial({ pageToken: membersPage, pageSize: 1 }),
      ],
    },
    setMemberRole: {
      ...forOwnersAndOperators,
      requests: [
        ({ account, person }) =>
          SetMemberRoleRequest.fromPartial({
            accountId: account,
            personId: person,
            role: AccountRole.ACCOUNT_ROLE_VIEWER,
          }),
        ({ person }) => SetMemberRoleRequest.fromPartial({ personId: person, role: AccountRole.ACCOUNT_ROLE_VIEWER }),
      ],
    },
    removeMember: {
      ...forOwnersAndOperators,
      requests: [
        ({ account, person }) => ({ accountId: account, personId: person }),
        ({ person }) => ({ accountId: "", personId: person }),
      ],
    },
  },
  connections: {
    getConnection: { may: ["administrator", "owner"], mayNot: unbound, requests: [() => ({})] },
    updateConnection: {
      ...forAdministrators,
      requests: [() => UpdateConnectionRequest.fromPartial({ connection: {}, updateMask: ["nothing"] })],
    },
    listRequests: {
      ...forAdministrators,
      requests: [
        ({ user }) => ListRequestsRequest.fromPartial({ recordId: user }),
        ({ requestsPage }) => ListRequestsRequest.fromPartial({ pageToken: requestsPage, pageSize: 1 }),
      ],
    },
    recordRequests: { ...forServices, requests: [() => ({ requests: [] })] },
  },
  extensionSchemas: {
    createExtensionSchema: {
      ...forAdministrators,
      requests: [() => CreateExtensionSchemaRequest.fromPartial({ extensionSchema: {} })],
    },
    getExtensionSchema: { ...forScim, requests: [({ schema }) => ({ urn: schema })] },
    listExtensionSchemas: { ...forScim, requests: [() => ({})] },
    updateExtensionSchema: {
      ...forAdministrators,
      requests: [
        ({ schema: urn }) =>
          UpdateExtensionSchemaRequest.fromPartial({
            extensionSchema: { urn, name: "Mine", recordKinds: [SCIM_USER], attributes: [{ name: "badge", type: 1 }] },
          }),
      ],
    },
    deleteExtensionSchema: { ...forAdministrators, requests: [({ schema }) => ({ urn: schema })] },
  },
  people: {
    getPerson: { ...forReaders, requests: [({ person }) => ({ id: person })] },
    batchGetPeople: { ...forReaders, requests: [({ person }) => ({ ids: [person] })] },
    listPeople: {
      ...forReaders,
      requests: [
        () => ListPeopleRequest.fromPartial({}),
        ({ person }) => ListPeopleRequest.fromPartial({ filter: equal("id", person) }),
        ({ organization }) => ListPeopleRequest.fromPartial({ filter: equal("organization_id", organization) }),
        ({ user }) => ListPeopleRequest.fromPartial({ filter: equal("source_id", user) }),
        ({ peoplePage }) => ListPeopleRequest.fromPartial({ pageToken: peoplePage, pageSize: 1 }),
      ],
    },
    createPerson: {
      ...forWriters,
      requests: [
        ({ organization }) => CreatePersonRequest.fromPartial({ person: { ...nobody, organizationId: organization } }),
        ({ person }) => CreatePersonRequest.fromPartial({ person: { ...nobody, managerId: person } }),
      ],
    },
    updatePerson: {
      ...forWriters,
      requests: [
        ({ person }) =>
          UpdatePersonRequest.fromPartial({ person: { id: person, name: "Taken over" }, updateMask: ["name"] }),
      ],
    },
  },
  organizations: {
    createOrganization: {
      ...forWriters,
      requests: [() => CreateOrganizationRequest.fromPartial({ organization: {} })],
    },
    getOrganization: { ...forReaders, requests: [({ organization }) => ({ id: organization })] },
    listOrganizations: {
      ...forReaders,
      requests: [
        () => ListOrganizationsRequest.fromPartial({}),
        ({ organization }) => ListOrganizationsRequest.fromPartial({ filter: equal("id", organization) }),
        ({ organizationsPage }) => ListOrganizationsRequest.fromPartial({ pageToken: organizationsPage, pageSize: 1 }),
      ],
    },
    updateOrganization: {
      ...forWriters,
      requests: [
        ({ organization }) =>
          UpdateOrganizationRequest.fromPartial({
            organization: { id: organization, name: "Mine" },
            updateMask: ["name"],
          }),
      ],
    },
  },
  mapping: {
    ...mappingRows,
    listExecutions: {
      ...forReaders,
      requests: [
        () => ListExecutionsRequest.fromPartial({}),
        ({ user }) => ListExecutionsRequest.fromPartial({ recordId: user }),
        ({ person }) => ListExecutionsRequest.fromPartial({ personId: person }),
        ({ user }) => ListExecutionsRequest.fromPartial({ recordId: user, startTime: new Date(0) }),
        ({ executionsPage }) => ListExecutionsRequest.fromPartial({ pageToken: executionsPage, pageSize: 1 }),
      ],
    },
    getExecution: { ...forReaders, requests: [({ execution }) => ({ id: execution })] },
    reprocess: {
      ...forAdministrators,
      requests: [
        ({ user }) => ReprocessRequest.fromPartial({ kind: SCIM_USER, recordId: user }),
        ({ group }) => ReprocessRequest.fromPartial({ kind: SCIM_GROUP, recordId: group }),
        ({ user }) => ReprocessRequest.fromPartial({ kind: SCIM_USER, filter: equal("id", user) }),
        ({ group }) => ReprocessRequest.fromPartial({ kind: SCIM_USER, filter: equal("groups.value", group) }),
      ],
    },
    getReconcileStatus: { ...forReaders, requests: [() => ({})] },
  },
  ...scimRows,
  tokens: {
    issueToken: {
      ...forOwnersAndOperators,
      requests: [
        () => IssueTokenRequest.fromPartial({}),
        ({ account }) => IssueTokenRequest.fromPartial({ accountId: account, scopes: [TokenScope.TOKEN_SCOPE_SCIM] }),
      ],
    },
    rotateToken: { ...forOwners, requests: [({ token }) => ({ id: token, gracePeriod: undefined })] },
    revokeToken: { ...forOwners, requests: [({ token }) => ({ id: token })] },
    listTokens: {
      ...forOwnersAndOperators,
      requests: [() => ({ accountId: "" }), ({ account }) => ({ accountId: account })],
    },
    verifyToken: { ...forServices, requests: [() => ({ digest: Buffer.alloc(32) })] },
    watchTokens: { ...forServices, requests: [() => ({ sinceVersion: 0 })] },
  },
};

const SCIM_USER = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
const SCIM_GROUP = ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP;
const nobody = { name: "X", primaryEmail: "x@example.com" };
