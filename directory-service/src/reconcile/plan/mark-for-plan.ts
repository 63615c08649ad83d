import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Session } from "@rollcall/runtime/database";
import { markKind, markSelected, sourceOf } from "../../storage/bulk-marks.ts";
import { onPool } from "../../storage/statement.ts";

/** Which records to look at. */
export interface PlanScope {
  kinds: readonly ScimRecordKind[];
  /** These only. Empty: all, or the sample. */
  recordIds: readonly string[];
  /** How many, picked at random. 0: all. */
  sampleSize: number;
}

/**
 * Marks in the shadows what publishing would mark, or as much of it as is to be
 * looked at. What waits already waits there as well, so that a plan ends with
 * everything at rest; of other records than those to be looked at it does not.
 */
export async function markForPlan(
  session: Session,
  accountId: string,
  { kinds, recordIds, sampleSize }: PlanScope,
  schema: string,
): Promise<void> {
  const run = onPool(session);
  const mark = { cause: "rules_changed", traceparent: undefined } as const;
  for (const kind of kinds) {
    if (recordIds.length > 0) await markSelected(run, accountId, kind, { text: THESE, values: [recordIds] }, mark);
    else if (sampleSize > 0) {
      const text = `r.id in (select id from ${sourceOf(kind).table} where delete_time is null order by random() limit $2)`;
      await markSelected(run, accountId, kind, { text, values: [sampleSize] }, mark);
    } else await markKind(run, accountId, kind, mark);
  }
  const complete = recordIds.length === 0 && sampleSize === 0;
  await run({ name: "", text: waiting(schema) }, [accountId, complete]);
}

const THESE = "r.id = any($2::uuid[])";

// In the place that they have in the real list: before what is marked by the plan.
const waiting = (schema: string) => `insert into dirty_record as d
    (account_id, kind, record_id, causes, traceparent, mark_time, priority, steps)
  select account_id, kind, record_id, causes, traceparent, mark_time, priority, steps from ${schema}.dirty_record w
  where account_id = $1 and ($2::boolean or exists (select from dirty_record d
    where d.account_id = w.account_id and d.kind = w.kind and d.record_id = w.record_id))
  on conflict (account_id, kind, record_id) do update set causes = excluded.causes || d.causes,
    mark_time = excluded.mark_time, priority = excluded.priority, steps = excluded.steps`;
