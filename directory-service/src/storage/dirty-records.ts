import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { inTransaction, type Statement } from "./statement.ts";

/** Why a SCIM record is due to be mapped. */
export type Cause =
  | "created"
  | "updated"
  | "activated"
  | "deactivated"
  | "deleted"
  | "reactivated"
  | "member_added"
  | "member_removed"
  | "group_changed"
  | "organization_changed"
  | "manager_linked"
  | "manager_unlinked"
  | "person_released"
  | "person_changed"
  | "hold_released"
  | "hold_discarded"
  | "owner_added"
  | "rules_changed"
  | "manual";

/** A record that is due, and why. */
export interface Mark {
  kind: ScimRecordKind;
  id: string;
  cause: Cause;
}

/**
 * Marks records, each once, in the transaction that changed them. One statement in the
 * order of kind and id: transactions that share marks wait for each other and do not
 * deadlock. So a transaction marks all that it marks with one call.
 */
export async function markRecords(
  tx: SqlEntityManager,
  accountId: string,
  marks: readonly Mark[],
  traceparent: string | undefined,
): Promise<void> {
  if (marks.length === 0) return;
  const columns = [marks.map(({ kind }) => kind), marks.map(({ id }) => id), marks.map(({ cause }) => cause)];
  await inTransaction(tx)(MARK, [accountId, ...columns, traceparent ?? null]);
}

/**
 * What an insert into dirty_record does where the record is marked already: the
 * mark is newer than any execution that runs now, and remembers every cause.
 * `mark_time` stays: it says since when the record waits. What a client changes
 * goes first, even where the record waited with many others.
 */
export const MARK_AGAIN = `on conflict (account_id, kind, record_id) do update set
  generation = d.generation + 1,
  causes = case when excluded.causes <@ d.causes then d.causes else d.causes || excluded.causes end,
  priority = least(d.priority, excluded.priority), steps = least(d.steps, excluded.steps),
  traceparent = coalesce(excluded.traceparent, d.traceparent)`;

const MARK: Statement = {
  name: "mark_dirty",
  text: `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
select $1, kind, id, array[cause], $5
from unnest($2::smallint[], $3::uuid[], $4::text[]) mark(kind, id, cause) order by kind, id
${MARK_AGAIN}`,
};
