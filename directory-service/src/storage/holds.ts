import { status } from "@grpc/grpc-js";
import { type Hold, HoldState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { StatusError } from "@rollcall/runtime/status";
import type { Run, Statement } from "./statement.ts";

/** What trips the brake, as the hold keeps it. */
export interface NewHold {
  id: string;
  createTime: Date;
  expireTime: Date;
  peopleDisabled: number;
  peopleEnabled: number;
  maxPeople: number;
  maxPercent: number;
}

/** Stores a hold that is in force from now on. An account has one at a time. */
export async function insertHold(run: Run, accountId: string, hold: NewHold): Promise<void> {
  const { id, createTime, expireTime, peopleDisabled, peopleEnabled, maxPeople, maxPercent } = hold;
  await run(INSERT, [accountId, id, createTime, expireTime, peopleDisabled, peopleEnabled, maxPeople, maxPercent]);
}

const INSERT: Statement = {
  name: "insert_hold",
  text: `insert into hold (account_id, id, state, create_time, expire_time, people_disabled, people_enabled, max_people,
      max_percent) values ($1, $2, ${HoldState.HOLD_STATE_ACTIVE}, $3, $4, $5, $6, $7, $8)`,
};

/** The id of the hold that is in force. */
export async function activeHoldId(run: Run, accountId: string): Promise<string | undefined> {
  const [row] = await run<{ id: string }>(ACTIVE, [accountId]);
  return row?.id;
}

const ACTIVE: Statement = {
  name: "active_hold",
  text: `select id from hold where account_id = $1 and state = ${HoldState.HOLD_STATE_ACTIVE}`,
};

/** As `activeHoldId`; the hold is nobody else's to change until the transaction ends. */
export async function lockActiveHold(run: Run, accountId: string): Promise<string | undefined> {
  const [row] = await run<{ id: string }>(LOCK_ACTIVE, [accountId]);
  return row?.id;
}

const LOCK_ACTIVE: Statement = { name: "lock_active_hold", text: `${ACTIVE.text} for update` };

/** A hold of any state, locked. Throws HOLD_NOT_FOUND. `id` is a UUID. */
export async function lockHold(
  run: Run,
  accountId: string,
  id: string,
): Promise<{ version: number; state: HoldState }> {
  const [row] = await run<{ version: number; state: HoldState }>(LOCK, [accountId, id]);
  if (!row) throw holdNotFound();
  return row;
}

const LOCK: Statement = {
  name: "lock_hold",
  text: "select version::float8 as version, state from hold where account_id = $1 and id = $2 for update",
};

/** Ends a locked hold. */
export async function endHold(
  run: Run,
  accountId: string,
  id: string,
  { state, now, tokenId }: { state: HoldState; now: Date; tokenId?: string },
): Promise<void> {
  await run(END, [accountId, id, state, now, tokenId ?? null]);
}

const END: Statement = {
  name: "end_hold",
  text: `update hold set version = version + 1, state = $3, end_time = $4, end_token_id = $5
    where account_id = $1 and id = $2`,
};

/**
 * Counts a change of whom a locked hold keeps enabled; one that keeps nobody
 * any more becomes RESOLVED. Answers its state.
 */
export async function touchHold(run: Run, accountId: string, id: string, now: Date): Promise<HoldState> {
  const [row] = await run<{ state: HoldState }>(TOUCH, [accountId, id, now]);
  return row?.state ?? HoldState.HOLD_STATE_UNSPECIFIED;
}

const TOUCH: Statement = {
  name: "touch_hold",
  text: `update hold h set version = h.version + 1,
      state = case when held.remains then h.state else ${HoldState.HOLD_STATE_RESOLVED} end,
      end_time = case when held.remains then h.end_time else $3::timestamptz end
    from (select exists (select from held_record where account_id = $1 and hold_id = $2) as remains) held
    where h.account_id = $1 and h.id = $2 returning h.state`,
};

/** The hold in force, or the one of an id, which is a UUID. Throws HOLD_NOT_FOUND. */
export async function readHold(run: Run, accountId: string, id: string | undefined): Promise<Hold> {
  const rows =
    id === undefined ? await run<HoldRow>(READ_ACTIVE, [accountId]) : await run<HoldRow>(READ, [accountId, id]);
  const [row] = rows;
  if (!row) throw id === undefined ? noneInForce() : holdNotFound();
  return toHold(row);
}

type HoldRow = Omit<Hold, "createTime" | "expireTime" | "endTime" | "endTokenId"> & {
  createTime: number;
  expireTime: number;
  endTime: number | null;
  endTokenId: string | null;
};

function toHold(row: HoldRow): Hold {
  return {
    ...row,
    createTime: new Date(row.createTime),
    expireTime: new Date(row.expireTime),
    endTime: row.endTime === null ? undefined : new Date(row.endTime),
    endTokenId: row.endTokenId ?? "",
  };
}

// Numbers as numbers: what bigint and timestamps become depends on the connection.
const milliseconds = (column: string) => `(extract(epoch from h.${column}) * 1000)::float8`;

const COLUMNS = `h.id, h.version::float8 as version, h.state, ${milliseconds("create_time")} as "createTime",
  ${milliseconds("expire_time")} as "expireTime", ${milliseconds("end_time")} as "endTime",
  h.end_token_id as "endTokenId", h.people_disabled::float8 as "peopleDisabled",
  h.people_enabled::float8 as "peopleEnabled", h.max_people as "maxPeople", h.max_percent as "maxPercent",
  (select count(distinct r.person_id)::float8 from held_record r
   where r.account_id = h.account_id and r.hold_id = h.id) as "peopleHeld"`;

const READ: Statement = {
  name: "read_hold",
  text: `select ${COLUMNS} from hold h where h.account_id = $1 and h.id = $2`,
};

const READ_ACTIVE: Statement = {
  name: "read_active_hold",
  text: `select ${COLUMNS} from hold h where h.account_id = $1 and h.state = ${HoldState.HOLD_STATE_ACTIVE}`,
};

/** Answers for a hold that is unknown or another account's, or where none is in force. */
export function holdNotFound(): StatusError {
  return new StatusError(status.NOT_FOUND, "HOLD_NOT_FOUND", "There is no such hold.");
}

function noneInForce(): StatusError {
  return new StatusError(status.NOT_FOUND, "HOLD_NOT_FOUND", "No hold is in force.");
}

const STATE_NAMES = new Map<HoldState, string>(
  Object.entries(HoldState).map(([name, state]) => [state, name.replace("HOLD_STATE_", "")]),
);

/** Answers where somebody decides on a hold that is not in force any more. */
export function holdNotActive(state: HoldState): StatusError {
  const name = STATE_NAMES.get(state) ?? "";
  return new StatusError(status.FAILED_PRECONDITION, "HOLD_NOT_ACTIVE", `The hold has ended: ${name}.`, {
    metadata: { state: name },
  });
}
