import { fieldInvalid } from "@rollcall/runtime/status";
import { type CompiledList, compileList, type Selection } from "./compiled-list.ts";
import { refuseCostly } from "./list-cost.ts";
import { openCursor, sealNeighbours } from "./list-cursor.ts";
import {
  type Budget,
  countQuery,
  type ListedRow,
  PAGE_BUDGET,
  type PageRow,
  pageQuery,
  type Stretch,
} from "./list-statement.ts";
import type { ListTotals } from "./list-totals.ts";
import { pageSizeOf } from "./page-size.ts";
import type { PageTokens } from "./page-token.ts";
import { filterDigest, sortDigest } from "./query-digest.ts";
import type { Place } from "./sort-order.ts";
import type { Run } from "./statement.ts";
import { findStart, sharePlace, type Walk, walkOf } from "./walk.ts";

/** What ListScimUsers, ListScimGroups and ListScimRecords have in common. */
export interface PageRequest {
  pageSize: number;
  pageToken: string;
  startIndex: number;
}

/** One page. */
export interface Page<Message> {
  records: Message[];
  nextPageToken: string;
  previousPageToken: string;
  totalSize: number;
}

/**
 * Lists records of one kind or both: by `startIndex` on a shared walk, or by
 * token from the place that it holds, forwards or backwards. A page ends where
 * its records exceed the budget: there is a next page then, whatever its size. One
 * statement gives the page, the account's maintained counts and its change counter; only
 * a filter's first page counts besides, and a walk looks its place up and
 * leaves another.
 *
 * @throws StatusError FILTER_INVALID, FILTER_TOO_COSTLY, SORT_INVALID,
 *   PAGE_TOKEN_INVALID, PAGE_TOKEN_EXPIRED, FIELD_INVALID
 */
export async function listRecords<Message>(
  run: Run,
  caller: { accountId: string; tokenId: string },
  selections: Selection<Message>[],
  request: PageRequest,
  { pageTokens, totals }: { pageTokens: PageTokens; totals: ListTotals },
  budget: Budget = PAGE_BUDGET,
): Promise<Page<Message>> {
  const { pageSize, startIndex } = checkPage(request);
  const list = compileList(caller.accountId, selections);
  const matched = [
    caller.accountId,
    ...selections.map(({ source, filter }) => `${source.table} ${filterDigest(filter)}`),
  ];
  const query = [...matched, ...selections.map(({ sort }) => sortDigest(sort))];
  const cursor = request.pageToken ? openCursor(pageTokens, query, request.pageToken) : undefined;
  if (selections.length === 0) return { records: [], ...NO_TOKENS, totalSize: 0 };
  await refuseCostly(run, list);

  const reader: Reader<Message> = { run, list, walk: walkOf(caller, query), pageSize, budget };
  const found = cursor ? await readStretch(reader, { ...cursor, offset: 0 }, 0) : await readWalk(reader, startIndex);
  const { rows } = found;
  const more = rows.at(-1)?.followed ?? false;
  if (cursor?.backwards) rows.reverse();
  const [first, last] = [rows.at(0), rows.at(-1)].map((row) => row && placeOf(row));

  const isWhole = startIndex === 1 && !cursor && pageSize > 0 && !more;
  const total = await totalOf(reader, found, totals, matched.join(" "), isWhole ? rows.length : undefined);
  // At the end of a walk too: the client goes on where others came before its place, and must not be given them by count.
  if (last && !cursor && (more || startIndex > 1)) await share(reader, startIndex + rows.length, last, found);
  return {
    records: rows.map((row) => toMessage(selections, row)),
    ...(pageSize === 0 ? NO_TOKENS : sealNeighbours(pageTokens, query, { cursor, more, first, last })),
    totalSize: cursor ? total : Math.max(total, walked(startIndex, rows.length, more)),
  };
}

const NO_TOKENS = { nextPageToken: "", previousPageToken: "" };

function checkPage({ pageSize, pageToken, startIndex }: PageRequest): { pageSize: number; startIndex: number } {
  const violations = [
    { field: "start_index", wrong: startIndex < 0, description: "must not be negative." },
    { field: "start_index", wrong: startIndex > 0 && pageToken !== "", description: "excludes page_token." },
  ].filter(({ wrong }) => wrong);
  if (violations.length > 0) throw fieldInvalid(violations.map(({ field, description }) => ({ field, description })));
  // 0 asks for the total alone.
  return { pageSize: pageSizeOf(pageSize, { unset: 0 }), startIndex: Math.max(startIndex, 1) };
}

interface Reader<Message> {
  run: Run;
  list: CompiledList<Message>;
  walk: Walk;
  pageSize: number;
  budget: Budget;
}

/** A page in the order of reading, and the state of the account in which it is true. */
interface Found {
  rows: ListedRow[];
  changes: number;
  unfiltered: number;
  /** The place that is shared already for the page that follows a full one. */
  shared: Place | undefined;
}

async function readWalk<Message>(reader: Reader<Message>, startIndex: number): Promise<Found> {
  const shareAt = startIndex + reader.pageSize;
  const { after, offset, changes } = await findStart(reader.run, reader.walk, startIndex);
  const found = await readStretch(reader, { from: after, backwards: false, offset }, shareAt);
  if (changes === undefined || changes === found.changes) return found;
  // Counted from a place that may have moved: count from the start instead.
  return readStretch(reader, { from: undefined, backwards: false, offset: startIndex - 1 }, shareAt);
}

async function readStretch<Message>(
  { run, list, walk, pageSize, budget }: Reader<Message>,
  stretch: Omit<Stretch, "limit">,
  shareAt: number,
): Promise<Found> {
  const { values, ...statement } = pageQuery(list, { ...stretch, limit: pageSize }, walk, shareAt, budget);
  const rows = await run<PageRow>(statement, values);
  const { changes = 0, unfiltered = 0, shared = null } = rows[0] ?? {};
  return {
    rows: rows.filter((row): row is PageRow & ListedRow => row.id !== null),
    changes,
    unfiltered,
    shared: shared === null ? undefined : JSON.parse(shared),
  };
}

function placeOf({ key, id }: ListedRow): Place {
  return { key, id };
}

async function totalOf<Message>(
  { run, list }: Reader<Message>,
  { changes, unfiltered }: Found,
  totals: ListTotals,
  key: string,
  whole: number | undefined,
): Promise<number> {
  if (list.parts.every(({ condition }) => !condition)) return unfiltered;
  const known = totals.get(key, changes);
  if (known !== undefined) return known;
  const counted = whole === undefined ? await count(run, list) : { changes, total: whole };
  totals.set(key, counted.changes, counted.total);
  return counted.total;
}

async function count<Message>(run: Run, list: CompiledList<Message>): Promise<{ changes: number; total: number }> {
  const { values, ...statement } = countQuery(list);
  const [counted] = await run<{ changes: number; total: number }>(statement, values);
  return counted ?? { changes: 0, total: 0 };
}

async function share<Message>(
  { run, list, walk, pageSize }: Reader<Message>,
  startIndex: number,
  place: Place,
  { rows, shared, changes }: Found,
): Promise<void> {
  const known = rows.length === pageSize && shared?.id === place.id && shared.key === place.key;
  if (!known) await sharePlace(run, walk, startIndex, place, changes, list.order);
}

/**
 * How many records there are at least, from a page's place in its walk. Where
 * records before that place were removed meanwhile, the number of those left
 * would have clients stop before the walk's end.
 */
function walked(startIndex: number, records: number, more: boolean): number {
  return records === 0 ? 0 : startIndex - 1 + records + (more ? 1 : 0);
}

function toMessage<Message>(selections: Selection<Message>[], row: ListedRow): Message {
  const selection = selections.find(({ source }) => source.kind === row.kind) as Selection<Message>;
  return selection.source.toMessage(row);
}
