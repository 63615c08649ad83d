import type { Pool } from "pg";
import { leastIdAt } from "../domain/least-id.ts";
import type { RequestRow } from "../domain/request-row.ts";
import type { Run, Statement } from "./statement.ts";

/** Which requests to list. What is undefined does not matter. */
export interface RequestFilter {
  recordId: string | undefined;
  /** Only those that were answered with an error. */
  failed: boolean;
  /** Begun at this time or later. */
  startTime: Date | undefined;
  /** Begun before this time. */
  endTime: Date | undefined;
  /** Those before this request in the log. */
  before: string | undefined;
}

/** Adds to the log with one statement. Rows of no account are dropped, those that are there stay. */
export async function insertRequests(run: Run, rows: readonly RequestRow[]): Promise<void> {
  if (rows.length > 0) await run(INSERT, [JSON.stringify(rows)]);
}

const INSERT: Statement = {
  name: "insert_scim_requests",
  text: `insert into scim_request (account_id, id, request_time, method, path, status, scim_type, detail, duration_us,
       trace_id, record_kind, record_id, token_id, user_agent)
     select a.account_id, r.id, to_timestamp(r."requestTime" / 1000), r.method, r.path, r.status, r."scimType", r.detail,
       r."durationMicros", r."traceId", r."recordKind", r."recordId", r."tokenId", r."userAgent"
     from jsonb_to_recordset($1::jsonb) as r ("accountId" text, id uuid, "requestTime" float8, method text, path text,
       status smallint, "scimType" text, detail text, "durationMicros" bigint, "traceId" text, "recordKind" smallint,
       "recordId" text, "tokenId" text, "userAgent" text)
     join account a on a.account_id = r."accountId"
     -- In one order, so that two who add the same requests do not wait for each other.
     order by a.account_id, r.id
     on conflict do nothing`,
};

/** The newest requests first. */
export function listRequests(run: Run, accountId: string, filter: RequestFilter, limit: number): Promise<RequestRow[]> {
  const { statement, values } = listStatement(accountId, filter, limit);
  return run<RequestRow & Record<string, unknown>>(statement, values);
}

/**
 * What `listRequests` asks the database. The order and the times go by the key
 * (account_id, id): ids are made within an hour of the request that they are of.
 * A record's requests come from scim_request_record, failed ones from
 * scim_request_failed.
 */
export function listStatement(accountId: string, filter: RequestFilter, limit: number) {
  const { recordId, failed, startTime, endTime, before } = filter;
  const conditions = [
    { name: "record", sql: "record_id =", value: recordId },
    { name: "start", sql: "request_time >=", value: startTime },
    { name: "", sql: "id >=", value: startTime && leastIdAt(new Date(startTime.getTime() - ID_SLACK_MS)) },
    { name: "end", sql: "request_time <", value: endTime },
    { name: "", sql: "id <", value: endTime && leastIdAt(new Date(endTime.getTime() + ID_SLACK_MS)) },
    { name: "before", sql: "id <", value: before },
  ].filter(({ value }) => value !== undefined);
  const where = conditions.map(({ sql }, index) => ` and ${sql} $${index + 3}`).join("");
  const names = [...(failed ? ["failed"] : []), ...conditions.map(({ name }) => name)];
  const statement: Statement = {
    name: `list_scim_requests ${names.join(" ")}`,
    text: `select ${COLUMNS} from scim_request where account_id = $1${where}${failed ? " and status >= 400" : ""}
      order by id desc limit $2`,
  };
  return { statement, values: [accountId, limit, ...conditions.map(({ value }) => value)] };
}

const ID_SLACK_MS = 3_600_000;

/** A request that made a record due. */
export interface TracedRequest {
  traceId: string;
  recordId: string;
  request: RequestRow;
}

/**
 * The requests of traces that made records due, as far as they are in the log:
 * of a trace, as of a Bulk request, the record's own, else any, as where a
 * group's members changed.
 */
export async function findRequests(
  run: Run,
  accountId: string,
  traces: readonly Omit<TracedRequest, "request">[],
): Promise<TracedRequest[]> {
  if (traces.length === 0) return [];
  const columns = [traces.map(({ traceId }) => traceId), traces.map(({ recordId }) => recordId)];
  const rows = await run<RequestRow & { cause: string; dueId: string }>(FIND, [accountId, ...columns]);
  return rows.map(({ cause, dueId, ...request }) => ({ traceId: cause, recordId: dueId, request }));
}

// Numbers as numbers: what bigint and timestamps become depends on the connection.
const COLUMNS = `id, (extract(epoch from request_time) * 1000)::float8 as "requestTime", method, path, status,
  scim_type as "scimType", detail, duration_us::float8 as "durationMicros", trace_id as "traceId",
  record_kind as "recordKind", record_id as "recordId", token_id as "tokenId", user_agent as "userAgent"`;

// By scim_request_trace.
const FIND: Statement = {
  name: "find_scim_requests",
  text: `select due.trace_id as cause, due.record_id as "dueId", found.*
    from (select distinct trace_id, record_id from unnest($2::text[], $3::text[]) as t (trace_id, record_id)) due
    cross join lateral (
      select ${COLUMNS} from scim_request q where q.account_id = $1 and q.trace_id = due.trace_id
      order by q.record_id is not distinct from due.record_id desc, q.id desc limit 1
    ) found`,
};

/**
 * Removes the requests from before a time, a batch and an account at a time:
 * nobody waits for it, and rows that another replica is removing are left to it.
 * Answers how many.
 */
export async function purgeRequests(
  pool: Pool,
  before: Date,
  { batchSize = PURGE_BATCH, signal }: { batchSize?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const end = leastIdAt(before);
  const accounts = await pool.query<{ account_id: string }>({ ...OUTDATED, values: [end] });
  let purged = 0;
  for (const { account_id: accountId } of accounts.rows) {
    let removed: number;
    do {
      if (signal?.aborted) return purged;
      const result = await pool.query({ ...PURGE, values: [accountId, end, batchSize] });
      removed = result.rowCount ?? 0;
      purged += removed;
    } while (removed === batchSize);
  }
  return purged;
}

const PURGE_BATCH = 5_000;

const OUTDATED: Statement = {
  name: "accounts_with_outdated_scim_requests",
  text: `select account_id from account a
    where exists (select from scim_request r where r.account_id = a.account_id and r.id < $1)`,
};

const PURGE: Statement = {
  name: "purge_scim_requests",
  text: `delete from scim_request where account_id = $1 and id in (
      select id from scim_request where account_id = $1 and id < $2 order by id limit $3 for update skip locked)`,
};
