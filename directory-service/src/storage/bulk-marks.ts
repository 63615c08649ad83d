import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Cause, MARK_AGAIN } from "./dirty-records.ts";
import { allowLongStatements } from "./long-statements.ts";
import { SCIM_GROUPS } from "./scim-groups.ts";
import type { RecordSource } from "./scim-record-source.ts";
import { SCIM_USERS } from "./scim-users.ts";
import type { Run } from "./statement.ts";

/** Why records are marked, and in which request. */
export interface BulkMark {
  cause: Cause;
  traceparent: string | undefined;
}

/** A condition on the record `r`, in SQL. $1 is the account, `values` come from $2 on. */
export interface RecordCondition {
  text: string;
  values: unknown[];
}

/**
 * Marks all records of a kind that mapping can change something for. Behind
 * those that clients change. Answers how many.
 */
export function markKind(run: Run, accountId: string, kind: ScimRecordKind, mark: BulkMark): Promise<number> {
  return markSelected(run, accountId, kind, { text: mattering(kind), values: [] }, mark);
}

/** SQL for: the record `r` lives, or was deleted and is linked still. Mapping changes nothing for others. */
export function mattering(kind: ScimRecordKind): string {
  const { mapping } = sourceOf(kind);
  return `(r.delete_time is null or exists (select from ${mapping.table} m
    where m.account_id = $1 and m.${mapping.key} = r.id and m.${mapping.linkColumn} is not null))`;
}

/** How records of a kind are read. */
export function sourceOf(kind: ScimRecordKind): RecordSource<unknown> {
  return kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER ? SCIM_USERS : SCIM_GROUPS;
}

/** Marks the records of a kind that satisfy a condition. `waits`: behind those that clients change. Answers how many. */
export async function markSelected(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
  { text, values }: RecordCondition,
  { cause, traceparent }: BulkMark,
  { waits = true } = {},
): Promise<number> {
  // A million marks take longer than a statement may elsewhere.
  await allowLongStatements(run);
  const [causeAt, traceAt] = [values.length + 2, values.length + 3];
  // In the order of ids, as everybody who marks several records does.
  const mark = `with marked as (
      insert into dirty_record as d (account_id, kind, record_id, causes, traceparent, priority)
      select r.account_id, ${sourceOf(kind).kind}, r.id, array[$${causeAt}::text], $${traceAt}, ${waits ? 1 : 0}
      from ${sourceOf(kind).table} r where r.account_id = $1 and ${text} order by r.id
      ${MARK_AGAIN} returning 1
    )
    select count(*)::float8 as marked from marked`;
  const parameters = [accountId, ...values, cause, traceparent ?? null];
  const [row] = await run<{ marked: number }>({ name: "", text: mark }, parameters);
  return row?.marked ?? 0;
}
