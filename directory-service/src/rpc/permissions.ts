import type { AccountServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import type { ConnectionServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { ExtensionSchemaServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import type { MappingServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { OrganizationServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import type { PeopleServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import type { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import type { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import type { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { Permission, Permissions } from "@rollcall/runtime/implement";

const {
  TOKEN_SCOPE_SCIM: SCIM,
  TOKEN_SCOPE_DIRECTORY_READ: DIRECTORY_READ,
  TOKEN_SCOPE_DIRECTORY_WRITE: DIRECTORY_WRITE,
  TOKEN_SCOPE_OWNER: OWNER,
  TOKEN_SCOPE_ADMINISTRATOR: ADMINISTRATOR,
  TOKEN_SCOPE_OPERATOR: OPERATOR,
  TOKEN_SCOPE_SERVICE: SERVICE,
} = TokenScope;

const inAccount = (...scopes: TokenScope[]): Permission => ({ scopes, account: "bound" });
const anywhere = (...scopes: TokenScope[]): Permission => ({ scopes, account: "any" });

// Only the provisioning client writes SCIM records; people look at them.
const scimWrite = inAccount(SCIM);
const scimRead = inAccount(SCIM, ADMINISTRATOR, OWNER);
// Owners and administrators have directory.read and directory.write by implication.
const directoryRead = inAccount(DIRECTORY_READ);
const directoryWrite = inAccount(DIRECTORY_WRITE);
const mappingRead = inAccount(DIRECTORY_READ, ADMINISTRATOR, OWNER);
const owners = inAccount(OWNER);
const administrators = inAccount(ADMINISTRATOR, OWNER);

/** Who may call what, for every method of every service of this process. */
export const permissions: {
  account: Permissions<AccountServiceService>;
  connection: Permissions<ConnectionServiceService>;
  extensionSchema: Permissions<ExtensionSchemaServiceService>;
  scimUser: Permissions<ScimUserServiceService>;
  scimGroup: Permissions<ScimGroupServiceService>;
  scimRecord: Permissions<ScimRecordServiceService>;
  people: Permissions<PeopleServiceService>;
  organization: Permissions<OrganizationServiceService>;
  mapping: Permissions<MappingServiceService>;
} = {
  account: {
    createAccount: anywhere(OPERATOR),
    getAccount: anywhere(SCIM, DIRECTORY_READ, DIRECTORY_WRITE, ADMINISTRATOR, OWNER, OPERATOR),
    listAccounts: anywhere(OPERATOR),
    updateAccount: anywhere(OWNER, OPERATOR),
    listMembers: anywhere(ADMINISTRATOR, OWNER, OPERATOR),
    setMemberRole: anywhere(OWNER, OPERATOR),
    removeMember: anywhere(OWNER, OPERATOR),
  },
  connection: {
    getConnection: inAccount(SCIM, ADMINISTRATOR, OWNER),
    updateConnection: administrators,
    listRequests: administrators,
    recordRequests: anywhere(SERVICE),
  },
  extensionSchema: {
    createExtensionSchema: administrators,
    getExtensionSchema: scimRead,
    listExtensionSchemas: scimRead,
    updateExtensionSchema: administrators,
    deleteExtensionSchema: administrators,
  },
  scimUser: {
    createScimUser: scimWrite,
    batchGetScimUsers: scimRead,
    batchLookupScimUsers: scimRead,
    listScimUsers: scimRead,
    updateScimUser: scimWrite,
    replaceScimUser: scimWrite,
    deleteScimUser: scimWrite,
    hardDeleteScimUser: owners,
  },
  scimGroup: {
    createScimGroup: scimWrite,
    batchGetScimGroups: scimRead,
    batchLookupScimGroups: scimRead,
    listScimGroups: scimRead,
    updateScimGroup: scimWrite,
    replaceScimGroup: scimWrite,
    deleteScimGroup: scimWrite,
    hardDeleteScimGroup: owners,
  },
  scimRecord: {
    listScimRecords: scimRead,
  },
  people: {
    getPerson: directoryRead,
    batchGetPeople: directoryRead,
    listPeople: directoryRead,
    createPerson: directoryWrite,
    updatePerson: directoryWrite,
  },
  organization: {
    createOrganization: directoryWrite,
    getOrganization: directoryRead,
    listOrganizations: directoryRead,
    updateOrganization: directoryWrite,
  },
  mapping: {
    getRuleSet: mappingRead,
    saveDraft: administrators,
    discardDraft: administrators,
    validateRuleSet: mappingRead,
    planRuleSet: administrators,
    publishRuleSet: administrators,
    listRevisions: mappingRead,
    revertRuleSet: administrators,
    diffRuleSets: mappingRead,
    exportRuleSet: mappingRead,
    importRuleSet: administrators,
    copyRuleSet: administrators,
    listExecutions: mappingRead,
    getExecution: mappingRead,
    reprocess: administrators,
    getReconcileStatus: mappingRead,
    explainPerson: mappingRead,
    driftReport: administrators,
    getHold: administrators,
    releaseHold: owners,
    discardHold: owners,
  },
};
