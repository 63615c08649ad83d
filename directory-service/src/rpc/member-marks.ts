import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Cause, Mark } from "../storage/dirty-records.ts";
import type { Member, MembershipChange } from "../storage/scim-group-members.ts";

/** The marks of the users that came into a group or left it: their rules may ask for their groups. */
export function memberMarks({ added, removed }: MembershipChange): Mark[] {
  return [...marksOf(added, "member_added"), ...marksOf(removed, "member_removed")];
}

function marksOf(members: Member[], cause: Cause): Mark[] {
  const users = members.filter(({ type }) => type === MemberType.MEMBER_TYPE_USER);
  return users.map(({ id }) => ({ kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, id, cause }));
}
