import type { ScimRecord } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { SCIM_GROUPS, toScimGroup } from "./scim-groups.ts";
import type { RecordSource } from "./scim-record-source.ts";
import { SCIM_USERS, toScimUser } from "./scim-users.ts";

/** How SCIM users are read among records of both kinds. */
export const USER_RECORDS: RecordSource<ScimRecord> = {
  ...SCIM_USERS,
  toMessage: (row) => ({ record: { $case: "scimUser", value: toScimUser(row) } }),
};

/** How SCIM groups are. One statement reads both, so both have a user's columns. */
export const GROUP_RECORDS: RecordSource<ScimRecord> = {
  ...SCIM_GROUPS,
  columns: `${SCIM_GROUPS.columns}, null::text as manager_display_name`,
  toMessage: (row) => ({ record: { $case: "scimGroup", value: toScimGroup(row) } }),
};
