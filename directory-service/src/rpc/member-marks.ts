import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Cause, markDirty } from "../storage/dirty-records.ts";
import type { Member, MembershipChange } from "../storage/scim-group-members.ts";

/** Marks the users that came into a group or left it: their rules may ask for their groups. */
export async function markMembers(
  tx: SqlEntityManager,
  accountId: string,
  { added, removed }: MembershipChange,
  traceparent: string | undefined,
): Promise<void> {
  const mark = (members: Member[], cause: Cause) => {
    const users = members.filter(({ type }) => type === MemberType.MEMBER_TYPE_USER).map(({ id }) => id);
    return markDirty(tx, accountId, ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, users.sort(), cause, traceparent);
  };
  await mark(added, "member_added");
  await mark(removed, "member_removed");
}
