import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { markDirty } from "../../storage/dirty-records.ts";
import { query } from "../query.ts";
import type { GroupRun } from "./group-run.ts";

const USER = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/** Marks the members of groups whose organization is another one now. Those that wait anyway see it. */
export async function markMembers(tx: SqlEntityManager, accountId: string, runs: GroupRun[]): Promise<void> {
  const [first] = runs;
  if (!first) return;
  const members = await query<{ id: string }>(
    tx,
    `select distinct m.member_id as id from scim_group_member m
     where m.account_id = $1 and m.group_id = any($2::uuid[]) and m.member_type = $3
       and not exists (select from dirty_record d where d.account_id = $1 and d.kind = $4 and d.record_id = m.member_id)
     order by m.member_id`,
    [accountId, runs.map(({ group }) => group.id), MemberType.MEMBER_TYPE_USER, USER],
  );
  const ids = members.map(({ id }) => id);
  await markDirty(tx, accountId, USER, ids, "group_changed", first.record.traceparent ?? undefined);
}
