import type { HeldRecord } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type RequestRow, toScimRequest } from "../domain/request-row.ts";
import { type Cause, MARK_AGAIN } from "./dirty-records.ts";
import { lockActiveHold, touchHold } from "./holds.ts";
import type { Run, Statement } from "./statement.ts";

/** A SCIM user whose person a hold keeps enabled. */
export interface HeldUser {
  scimUserId: string;
  personId: string;
  /** The person had been disabled and is enabled again. */
  restored: boolean;
  executionId: string;
  traceparent: string | null;
}

/** Adds to a hold. A record that is held already keeps its place, and that its person was restored. */
export async function holdUsers(
  run: Run,
  accountId: string,
  holdId: string,
  users: readonly HeldUser[],
  now: Date,
): Promise<void> {
  if (users.length > 0) await run(HOLD, [accountId, holdId, JSON.stringify(users), now]);
}

const HOLD: Statement = {
  name: "hold_users",
  text: `insert into held_record as h (account_id, hold_id, scim_user_id, person_id, hold_time, restored, execution_id,
      traceparent)
    select $1, $2, "scimUserId", "personId", $4, restored, "executionId", traceparent
    from jsonb_to_recordset($3::jsonb) as r ("scimUserId" uuid, "personId" uuid, restored boolean, "executionId" uuid,
      traceparent text)
    on conflict (account_id, hold_id, scim_user_id) do update set person_id = excluded.person_id,
      execution_id = excluded.execution_id, traceparent = coalesce(excluded.traceparent, h.traceparent)`,
};

/** Stores that the mapping of these SCIM users is held, as their executions say. */
export async function setHeld(
  run: Run,
  accountId: string,
  users: readonly HeldUser[],
  error: string,
  now: Date,
): Promise<void> {
  if (users.length > 0) await run(SET_HELD, [accountId, JSON.stringify(users), error, now]);
}

const SET_HELD: Statement = {
  name: "set_mapping_held",
  text: `update scim_user_mapping m set outcome = ${ExecutionOutcome.EXECUTION_OUTCOME_HELD}, error = $3,
      execution_id = r."executionId", process_time = $4
    from jsonb_to_recordset($2::jsonb) as r ("scimUserId" uuid, "executionId" uuid)
    where m.account_id = $1 and m.scim_user_id = r."scimUserId"`,
};

/** Takes SCIM users out of a hold. Answers those that were in it. */
export async function leaveHold(
  run: Run,
  accountId: string,
  holdId: string,
  scimUserIds: readonly string[],
): Promise<string[]> {
  if (scimUserIds.length === 0) return [];
  const left = await run<{ id: string }>(LEAVE, [accountId, holdId, scimUserIds]);
  return left.map(({ id }) => id);
}

const LEAVE: Statement = {
  name: "leave_hold",
  text: `delete from held_record where account_id = $1 and hold_id = $2 and scim_user_id = any($3::uuid[])
    returning scim_user_id as id`,
};

/** Those of the SCIM users that a hold has. */
export async function heldAmong(
  run: Run,
  accountId: string,
  holdId: string,
  scimUserIds: readonly string[],
): Promise<string[]> {
  const held = await run<{ id: string }>(HELD_AMONG, [accountId, holdId, scimUserIds]);
  return held.map(({ id }) => id);
}

const HELD_AMONG: Statement = {
  name: "held_among",
  text: `select scim_user_id as id from held_record
    where account_id = $1 and hold_id = $2 and scim_user_id = any($3::uuid[])`,
};

/** How many SCIM users a hold has. */
export async function countHeld(run: Run, accountId: string, holdId: string): Promise<number> {
  const [row] = await run<{ records: number }>(COUNT, [accountId, holdId]);
  return row?.records ?? 0;
}

const COUNT: Statement = {
  name: "count_held_records",
  text: "select count(*)::float8 as records from held_record where account_id = $1 and hold_id = $2",
};

/**
 * Takes a person who is disabled by hand out of the hold in force. Answers its SCIM
 * users that were in it. With the person locked.
 */
export async function leaveHoldByHand(run: Run, accountId: string, personId: string, now: Date): Promise<string[]> {
  const holdId = await lockActiveHold(run, accountId);
  if (holdId === undefined) return [];
  const left = await run<{ id: string }>(LEAVE_BY_PERSON, [accountId, holdId, personId]);
  if (left.length > 0) await touchHold(run, accountId, holdId, now);
  return left.map(({ id }) => id);
}

const LEAVE_BY_PERSON: Statement = {
  name: "leave_hold_by_person",
  text: "delete from held_record where account_id = $1 and hold_id = $2 and person_id = $3 returning scim_user_id as id",
};

/** Takes a SCIM user that is removed for good out of the hold in force. With the account locked. */
export async function leaveHoldForGood(run: Run, accountId: string, scimUserId: string, now: Date): Promise<void> {
  const holdId = await lockActiveHold(run, accountId);
  if (holdId === undefined) return;
  const left = await leaveHold(run, accountId, holdId, [scimUserId]);
  if (left.length > 0) await touchHold(run, accountId, holdId, now);
}

/**
 * Marks SCIM users of a hold to be mapped again, all of them or some, each for
 * the request that made it due. Others' changes go first.
 */
export async function markHeld(
  run: Run,
  accountId: string,
  holdId: string,
  cause: Extract<Cause, "hold_released" | "hold_discarded">,
  scimUserIds?: readonly string[],
): Promise<void> {
  await run(MARK, [accountId, holdId, cause, scimUserIds ?? null]);
}

const MARK: Statement = {
  name: "mark_held_records",
  text: `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent, priority)
    select $1, ${ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER}, u.id, array[$3], h.traceparent, 1
    from held_record h join scim_user u on u.account_id = h.account_id and u.id = h.scim_user_id
    where h.account_id = $1 and h.hold_id = $2 and ($4::uuid[] is null or h.scim_user_id = any($4))
    order by u.id
    ${MARK_AGAIN}`,
};

/** Remembers the version of each SCIM user of a hold, which disables nobody as long as it is that. */
export async function keepEnabled(run: Run, accountId: string, holdId: string): Promise<void> {
  await run(KEEP, [accountId, holdId]);
}

const KEEP: Statement = {
  name: "keep_enabled",
  text: `update scim_user_mapping m set kept_enabled_version = u.version
    from held_record h join scim_user u on u.account_id = h.account_id and u.id = h.scim_user_id
    where h.account_id = $1 and h.hold_id = $2 and m.account_id = $1 and m.scim_user_id = h.scim_user_id`,
};

/** Forgets that these SCIM users disable nobody: they no longer would. */
export async function forgetKeptEnabled(run: Run, accountId: string, scimUserIds: readonly string[]): Promise<void> {
  if (scimUserIds.length > 0) await run(FORGET_KEPT, [accountId, scimUserIds]);
}

const FORGET_KEPT: Statement = {
  name: "forget_kept_enabled",
  text: `update scim_user_mapping set kept_enabled_version = null
    where account_id = $1 and scim_user_id = any($2::uuid[])`,
};

/** A place in a hold: those after it were held later, or have a greater id. */
export interface HeldPlace {
  holdTime: Date;
  scimUserId: string;
}

/** SCIM users of a hold in the order in which they were held, with their requests as far as the log has them. */
export async function listHeldRecords(
  run: Run,
  accountId: string,
  holdId: string,
  after: HeldPlace | undefined,
  limit: number,
): Promise<HeldRecord[]> {
  const rows = await run<HeldRow>(LIST, [accountId, holdId, after?.holdTime ?? null, after?.scimUserId ?? null, limit]);
  return rows.map(toHeldRecord);
}

type HeldRow = Omit<HeldRecord, "holdTime" | "request" | "executionId" | "traceId"> & {
  holdTime: number;
  executionId: string | null;
  traceId: string | null;
  request: RequestRow | null;
};

function toHeldRecord(row: HeldRow): HeldRecord {
  return {
    ...row,
    holdTime: new Date(row.holdTime),
    executionId: row.executionId ?? "",
    traceId: row.traceId ?? "",
    request: row.request === null ? undefined : toScimRequest(row.request),
  };
}

// The keys of RequestRow.
const REQUEST = `jsonb_build_object('id', q.id, 'requestTime', extract(epoch from q.request_time) * 1000,
  'method', q.method, 'path', q.path, 'status', q.status, 'scimType', q.scim_type, 'detail', q.detail,
  'durationMicros', q.duration_us, 'traceId', q.trace_id, 'recordKind', q.record_kind, 'recordId', q.record_id,
  'tokenId', q.token_id, 'userAgent', q.user_agent) as request`;

// Of the requests of a trace, as those of a Bulk request are, the user's own; else, as where a group's members
// changed, any.
const LIST: Statement = {
  name: "list_held_records",
  text: `with page as (
      select h.*, substr(h.traceparent, 4, 32) as trace_id from held_record h
      where h.account_id = $1 and h.hold_id = $2
        and ($3::timestamptz is null or (h.hold_time, h.scim_user_id) > ($3::timestamptz, $4::uuid))
      order by h.hold_time, h.scim_user_id limit $5
    )
    select h.scim_user_id as "scimUserId", coalesce(u.attributes ->> 'userName', '') as "userName",
      h.person_id as "personId", p.name as "displayName", p.primary_email as "primaryEmail",
      (extract(epoch from h.hold_time) * 1000)::float8 as "holdTime", h.restored, h.execution_id as "executionId",
      h.trace_id as "traceId", coalesce(own.request, other.request) as request
    from page h
    join person p on p.account_id = h.account_id and p.id = h.person_id
    left join scim_user u on u.account_id = h.account_id and u.id = h.scim_user_id
    left join lateral (
      select ${REQUEST} from scim_request q
      where q.account_id = h.account_id and q.record_id = h.scim_user_id::text and q.trace_id = h.trace_id
      order by q.id desc limit 1
    ) own on true
    left join lateral (
      select ${REQUEST} from scim_request q
      where own.request is null and q.account_id = h.account_id and q.trace_id = h.trace_id
      order by q.id desc limit 1
    ) other on true
    order by h.hold_time, h.scim_user_id`,
};
