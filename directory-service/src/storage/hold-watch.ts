import { HoldState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Run, Statement } from "./statement.ts";

/** The holds in force of all accounts. */
export interface HoldSummary {
  holds: number;
  people: number;
  /** When the oldest began. Undefined: there is none. */
  since: Date | undefined;
}

/** Sums up the holds in force. */
export async function summarizeHolds(run: Run): Promise<HoldSummary> {
  const [row] = await run<{ holds: number; people: number; since: number | null }>(SUMMARY, []);
  return { holds: row?.holds ?? 0, people: row?.people ?? 0, since: row?.since ? new Date(row.since) : undefined };
}

const ACTIVE = `state = ${HoldState.HOLD_STATE_ACTIVE}`;

const SUMMARY: Statement = {
  name: "summarize_holds",
  text: `select count(*)::float8 as holds, (extract(epoch from min(h.create_time)) * 1000)::float8 as since,
      coalesce(sum((select count(distinct r.person_id) from held_record r
        where r.account_id = h.account_id and r.hold_id = h.id)), 0)::float8 as people
    from hold h where h.${ACTIVE}`,
};

/** A hold in force, as far as reminders and its end go. */
export interface WatchedHold {
  accountId: string;
  id: string;
  createTime: Date;
  expireTime: Date;
  /** How many reminders were given. */
  reminders: number;
  people: number;
}

/** The holds in force of all accounts, those that expire first first. */
export async function watchedHolds(run: Run): Promise<WatchedHold[]> {
  const rows = await run<Omit<WatchedHold, "createTime" | "expireTime"> & { createTime: number; expireTime: number }>(
    WATCHED,
    [],
  );
  return rows.map((row) => ({ ...row, createTime: new Date(row.createTime), expireTime: new Date(row.expireTime) }));
}

const WATCHED: Statement = {
  name: "watched_holds",
  text: `select h.account_id as "accountId", h.id, h.reminders,
      (extract(epoch from h.create_time) * 1000)::float8 as "createTime",
      (extract(epoch from h.expire_time) * 1000)::float8 as "expireTime",
      (select count(distinct r.person_id)::float8 from held_record r
       where r.account_id = h.account_id and r.hold_id = h.id) as people
    from hold h where h.${ACTIVE} order by h.expire_time`,
};

/** Notes that reminders of a hold were given. False: somebody else was faster, or it has ended. */
export async function noteReminders(
  run: Run,
  { accountId, id, reminders }: WatchedHold,
  due: number,
): Promise<boolean> {
  return (await run(NOTE, [accountId, id, reminders, due])).length > 0;
}

const NOTE: Statement = {
  name: "note_hold_reminders",
  text: `update hold set reminders = $4 where account_id = $1 and id = $2 and reminders = $3 and ${ACTIVE} returning id`,
};
