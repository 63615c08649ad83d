import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import {
  CreateScimGroupRequest,
  ListScimGroupsRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { LookupAttribute, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { ListScimRecordsRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import {
  CreateScimUserRequest,
  ListScimUsersRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { forOwners, forScim } from "./rpc-access.ts";
import { equal } from "./rpc-filter.ts";
import type { RpcTable } from "./rpc-table.ts";

const FULL = ScimRecordView.SCIM_RECORD_VIEW_FULL;
const userNameOfAlpha = { attribute: LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME, value: "anna@example.com" };
const displayNameOfAlpha = { attribute: LookupAttribute.LOOKUP_ATTRIBUTE_DISPLAY_NAME, value: "Sales" };
const change: Change = {
  operation: ChangeOperation.CHANGE_OPERATION_REPLACE,
  attribute: "external_id",
  element: undefined,
  subAttribute: "",
  value: "taken over",
  immutable: false,
};

/** Users and groups. */
export const bothKinds = { scimUsers: {}, scimGroups: {} };

/** The rows of the services that hold SCIM records. */
export const scimRows: Pick<RpcTable, "scimUsers" | "scimGroups" | "scimRecords"> = {
  scimUsers: {
    createScimUser: { ...forScim, requests: [() => CreateScimUserRequest.fromPartial({ scimUser: {} })] },
    batchGetScimUsers: { ...forScim, requests: [({ user }) => ({ ids: [user], view: FULL })] },
    batchLookupScimUsers: { ...forScim, requests: [() => ({ keys: [userNameOfAlpha], view: FULL })] },
    listScimUsers: {
      ...forScim,
      requests: [
        () => ListScimUsersRequest.fromPartial({ pageSize: 10 }),
        ({ user }) => ListScimUsersRequest.fromPartial({ pageSize: 10, filter: equal("id", user) }),
        ({ usersPage }) => ListScimUsersRequest.fromPartial({ pageSize: 1, pageToken: usersPage }),
      ],
    },
    updateScimUser: {
      ...forScim,
      requests: [({ user }) => ({ id: user, changes: [change], ifVersions: [], requiredAttributes: [] })],
    },
    replaceScimUser: {
      ...forScim,
      requests: [
        ({ user }) => ({
          id: user,
          changes: [change],
          ifVersions: [],
          immutableAttributes: [],
          requiredAttributes: [],
        }),
      ],
    },
    deleteScimUser: { ...forScim, requests: [({ user }) => ({ id: user, ifVersions: [] })] },
    hardDeleteScimUser: { ...forOwners, requests: [({ user }) => ({ id: user })] },
  },
  scimGroups: {
    createScimGroup: {
      ...forScim,
      requests: [
        ({ user }) =>
          CreateScimGroupRequest.fromPartial({ scimGroup: { displayName: "x", members: [{ value: user }] } }),
        ({ group }) =>
          CreateScimGroupRequest.fromPartial({ scimGroup: { displayName: "x", members: [{ value: group }] } }),
      ],
    },
    batchGetScimGroups: { ...forScim, requests: [({ group }) => ({ ids: [group], view: FULL })] },
    batchLookupScimGroups: { ...forScim, requests: [() => ({ keys: [displayNameOfAlpha], view: FULL })] },
    listScimGroups: {
      ...forScim,
      requests: [
        () => ListScimGroupsRequest.fromPartial({ pageSize: 10 }),
        ({ user }) => ListScimGroupsRequest.fromPartial({ pageSize: 10, filter: equal("members.value", user) }),
        ({ groupsPage }) => ListScimGroupsRequest.fromPartial({ pageSize: 1, pageToken: groupsPage }),
      ],
    },
    updateScimGroup: {
      ...forScim,
      requests: [({ group }) => ({ id: group, changes: [change], ifVersions: [], requiredAttributes: [] })],
    },
    replaceScimGroup: {
      ...forScim,
      requests: [
        ({ group }) => ({
          id: group,
          changes: [change],
          ifVersions: [],
          immutableAttributes: [],
          requiredAttributes: [],
        }),
      ],
    },
    deleteScimGroup: { ...forScim, requests: [({ group }) => ({ id: group, ifVersions: [] })] },
    hardDeleteScimGroup: { ...forOwners, requests: [({ group }) => ({ id: group })] },
  },
  scimRecords: {
    listScimRecords: {
      ...forScim,
      requests: [
        () => ListScimRecordsRequest.fromPartial({ pageSize: 10, ...bothKinds }),
        ({ user }) => ListScimRecordsRequest.fromPartial({ pageSize: 10, scimUsers: { filter: equal("id", user) } }),
        ({ group }) => ListScimRecordsRequest.fromPartial({ pageSize: 10, scimGroups: { filter: equal("id", group) } }),
        ({ recordsPage }) => ListScimRecordsRequest.fromPartial({ pageSize: 1, pageToken: recordsPage, ...bothKinds }),
      ],
    },
  },
};
