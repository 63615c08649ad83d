import { createHash } from "node:crypto";
import type { Pool } from "pg";
import { type Order, type Place, precedesSql } from "./sort-order.ts";
import type { Run, Statement } from "./statement.ts";

/**
 * A client on its way through a list by `startIndex`. Where each of its pages
 * ended is shared by all replicas in the table list_walk, so that page 1,000
 * costs what page 1 costs, and records that come and go while it walks make it
 * skip nobody. Always asked for there: another replica may have seen the client
 * start over.
 *
 * One token may be on several walks through the same query at once, a sync and
 * its retry for instance, and nothing tells them apart. The earlier of their
 * places stands: after changes the one that was further gets records again, but
 * none is skipped.
 */
export interface Walk {
  accountId: string;
  /** Digest of whose walk it is and of the query. */
  id: string;
}

/** Where a page starts: `offset` records behind the one at `after`. */
export interface Start {
  /** Undefined: the start of the list. */
  after: Place | undefined;
  /** 0 where a walk goes on exactly. */
  offset: number;
  /** The start is sure only where the account's change counter is still this. */
  changes?: number;
}

/** The walk of a caller's token through a query, told by its parts. Walks of other tokens go other ways. */
export function walkOf(caller: { accountId: string; tokenId: string }, query: readonly string[]): Walk {
  const id = createHash("sha256")
    .update(JSON.stringify([caller.tokenId, ...query]))
    .digest("base64url");
  return { accountId: caller.accountId, id };
}

/** Where the record at `startIndex` is. */
export async function findStart(run: Run, { accountId, id }: Walk, startIndex: number): Promise<Start> {
  if (startIndex === 1) return { after: undefined, offset: 0 };
  const [found] = await run<FoundRow>(FIND, [accountId, id, startIndex]);
  if (!found) return { after: undefined, offset: startIndex - 1 };
  const { after, start, changes } = found;
  return start === startIndex ? { after, offset: 0 } : { after, offset: startIndex - start, changes };
}

/**
 * Shares the place of the last record before `startIndex`, as seen at a state of
 * the account's change counter. A fresh place that is earlier in the order stays.
 */
export async function sharePlace(
  run: Run,
  { accountId, id }: Walk,
  startIndex: number,
  place: Place,
  changes: number,
  order: Order,
): Promise<void> {
  await run(shareStatement(order), [accountId, id, startIndex, JSON.stringify(place), changes]);
}

/** Forgets walks that their clients have given up. */
export async function forgetWalks(pool: Pool): Promise<void> {
  await pool.query({ name: "forget_walks", text: `delete from list_walk where not ${isYounger(FORGOTTEN_AFTER)}` });
}

type FoundRow = { start: number; after: Place; changes: number };

// What is shared stands for so long, and then for the walk that comes next.
const FRESH_FOR = "10 minutes";

// Longer: who was given a place while it was fresh has time to go on from there.
const FORGOTTEN_AFTER = "20 minutes";

/** The fresh place that is shared for an index, in SQL. */
export function sharedPlaceSql(accountId: string, walkId: string, startIndex: string): string {
  return `select after::text from list_walk
  where account_id = ${accountId} and walk = ${walkId} and start_index = ${startIndex}::bigint and ${isYounger(FRESH_FOR)}`;
}

function isYounger(interval: string): string {
  return `list_walk.write_time > now() - interval '${interval}'`;
}

const FIND: Statement = {
  name: "find_list_walk",
  text: `select start_index as start, after, changes::float8 as changes from list_walk
where account_id = $1 and walk = $2 and start_index <= $3::bigint and ${isYounger(FORGOTTEN_AFTER)}
order by start_index desc limit 1`,
};

function shareStatement(order: Order): Statement {
  const { type = "id", keyDescending, idDescending } = order;
  const isFresh = isYounger(FRESH_FOR);
  return {
    name: `share_list_walk_${type}_${keyDescending}_${idDescending}`,
    text: `insert into list_walk (account_id, walk, start_index, after, changes) values ($1, $2, $3, $4, $5)
on conflict (account_id, walk, start_index)
do update set after = excluded.after, changes = excluded.changes,
  write_time = case when ${isFresh} then list_walk.write_time else clock_timestamp() end
where not ${isFresh} or ${precedesSql(order, "excluded.after", "list_walk.after")}`,
  };
}
