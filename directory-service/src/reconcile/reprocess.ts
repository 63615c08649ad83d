import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { ReconcileStatus } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { RuleSetState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import {
  type ExecutionOutcome,
  type ScimRecordKind,
  ScimRecordView,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Database, transaction } from "@rollcall/runtime/database";
import { markSelected, mattering, type RecordCondition, sourceOf } from "../storage/bulk-marks.ts";
import { compileList } from "../storage/compiled-list.ts";
import { refuseCostly } from "../storage/list-cost.ts";
import { inTransaction, onPool, type Run, type Statement } from "../storage/statement.ts";

/** Which records of a kind to map again. Where nothing is set: all. */
export interface Selection {
  /** This one alone, a UUID: it lives or is linked still. */
  recordId: string | undefined;
  /** Live ones that match. */
  filter: Filter | undefined;
  /** Those whose latest execution had one of these outcomes. */
  outcomes: readonly ExecutionOutcome[];
}

/**
 * Marks records of a kind to be mapped again: one as if a client had changed it,
 * many behind those. Answers how many.
 *
 * @throws StatusError FILTER_INVALID, FILTER_TOO_COSTLY
 */
export async function reprocess(
  db: Database,
  accountId: string,
  kind: ScimRecordKind,
  selection: Selection,
  traceparent: string,
): Promise<number> {
  const condition = await conditionOf(onPool(db), accountId, kind, selection);
  const waits = selection.recordId === undefined;
  return transaction(db, (tx) =>
    markSelected(inTransaction(tx), accountId, kind, condition, { cause: "manual", traceparent }, { waits }),
  );
}

async function conditionOf(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
  { recordId, filter, outcomes }: Selection,
): Promise<RecordCondition> {
  if (recordId !== undefined) return { text: `${mattering(kind)} and r.id = $2`, values: [recordId] };
  const conditions: string[] = [];
  const values: unknown[] = [];
  if (filter) {
    const selection = { source: sourceOf(kind), filter, view: ScimRecordView.SCIM_RECORD_VIEW_BASIC };
    const list = compileList(accountId, [selection]);
    await refuseCostly(run, list);
    conditions.push(`r.delete_time is null and (${list.parts[0]?.condition})`);
    values.push(...list.values.slice(1));
  }
  if (outcomes.length > 0) {
    const { table, key } = sourceOf(kind).mapping;
    values.push(outcomes);
    conditions.push(`exists (select from ${table} m where m.account_id = $1 and m.${key} = r.id
      and m.outcome = any($${values.length + 1}::smallint[]))`);
  }
  return { text: [mattering(kind), ...conditions].join(" and "), values };
}

/** What of an account waits to be mapped, how far its latest publications have come, and what a hold keeps back. */
export async function readStatus(db: Database, accountId: string): Promise<ReconcileStatus> {
  const [row] = await onPool(db)<StatusRow>(STATUS, [accountId]);
  const { pending = 0, since = null, progress = [], holdId = null } = row ?? {};
  return {
    pending,
    oldestPendingTime: since === null ? undefined : new Date(since),
    progress: progress.map(({ waiting, startTime, ...publication }) => ({
      ...publication,
      processed: Math.max(publication.total - waiting, 0),
      startTime: new Date(startTime),
    })),
    holdId: holdId ?? "",
  };
}

type StatusRow = Record<string, unknown> & {
  pending: number;
  since: number | null;
  progress: { kind: ScimRecordKind; revision: number; total: number; waiting: number; startTime: number }[];
  holdId: string | null;
};

// One look at what is due for everything.
const STATUS: Statement = {
  name: "reconcile_status",
  text: `with due as (
      select kind, count(*) as records, min(mark_time) as since,
        count(*) filter (where 'rules_changed' = any(causes)) as waiting
      from dirty_record where account_id = $1 group by kind
    )
    select (select coalesce(sum(records), 0) from due)::float8 as pending,
      (extract(epoch from (select min(since) from due)) * 1000)::float8 as since,
      (select coalesce(json_agg(json_build_object('kind', s.kind, 'revision', s.revision, 'total', s.queued_records,
          'waiting', due.waiting, 'startTime', extract(epoch from s.publish_time) * 1000) order by s.kind), '[]')
        from rule_set s join due on due.kind = s.kind and due.waiting > 0
        where s.account_id = $1 and s.state = ${RuleSetState.RULE_SET_STATE_PUBLISHED}) as progress,
      (select id from hold where account_id = $1 and state = 1) as "holdId"`,
};
