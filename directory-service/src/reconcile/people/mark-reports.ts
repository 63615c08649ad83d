import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { markDirty } from "../../storage/dirty-records.ts";
import { query } from "../query.ts";

const USER = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/**
 * Marks the users who name one of these people's SCIM users as their manager
 * and whose people do not have that manager. For people who can be found only
 * now, because they are new, linked anew or enabled again: clients send
 * managers after their reports as often as before. Those of the batch found
 * them already, those that wait anyway will.
 */
export async function markReports(
  tx: SqlEntityManager,
  accountId: string,
  personIds: readonly string[],
  { batch = [], traceparent }: { batch?: readonly string[]; traceparent: string | undefined },
): Promise<void> {
  if (personIds.length === 0) return;
  const reports = await query<{ id: string }>(
    tx,
    `select distinct u.id from scim_user_mapping boss
     join scim_user u on u.account_id = boss.account_id and u.delete_time is null
       and u.manager_ref = boss.scim_user_id::text
     join scim_user_mapping m on m.account_id = u.account_id and m.scim_user_id = u.id
     join person p on p.account_id = m.account_id and p.id = m.person_id
     where boss.account_id = $1 and boss.person_id = any($2::uuid[]) and p.manager_id is distinct from boss.person_id
       and u.id <> all($3::uuid[])
       and not exists (select from dirty_record d where d.account_id = $1 and d.kind = $4 and d.record_id = u.id)
     order by u.id`,
    [accountId, personIds, batch, USER],
  );
  const ids = reports.map(({ id }) => id);
  await markDirty(tx, accountId, USER, ids, "manager_linked", traceparent);
}
