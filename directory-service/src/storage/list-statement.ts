import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { CompiledList, Part } from "./compiled-list.ts";
import { mappingSql, type RecordRow, type RecordSource } from "./scim-record-source.ts";
import { FIRST_ID, keyText, keyType, LAST_ID, orderSql, type Place, rangesAfter, reversed } from "./sort-order.ts";
import type { Statement } from "./statement.ts";
import { sharedPlaceSql, type Walk } from "./walk.ts";

/** A stretch of a list. */
export interface Stretch {
  /** Exclusive; undefined: from the end that `backwards` tells. */
  from: Place | undefined;
  backwards: boolean;
  offset: number;
  /** Records at most. */
  limit: number;
}

/** What a page holds at most, whatever its limit, unless its first record alone is more. */
export interface Budget {
  /** Of the records' stored documents. */
  bytes: number;
  /** Of all groups on the page together, where they are shown. */
  members: number;
}

/** A quarter of what a message holds, and members that are as much; what the client gets is some times that. */
export const PAGE_BUDGET: Budget = { bytes: 16 * 1_024 * 1_024, members: 100_000 };

/** What a page's statement gives: at least one row, of a record or with a null `id`. */
export type PageRow = {
  /** Grows with every change of the account's SCIM records, of either kind: groups decide about users. */
  changes: number;
  /** How many live records of the kinds without a filter there are. */
  unfiltered: number;
  /** The place that walks share for `shareAt`, as JSON. */
  shared: string | null;
} & (ListedRow | { id: null });

/** A record on its page. */
export type ListedRow = RecordRow & {
  kind: number;
  key: string | null;
  /** Whether the list goes on behind it, on this page or the next. */
  followed: boolean;
};

/** A statement with its parameters. */
export interface Query extends Statement {
  values: unknown[];
}

/**
 * Reads a stretch of a list in one statement, with the account's maintained
 * counts and its change counter. `shareAt` is the index whose shared place is
 * of interest.
 */
export function pageQuery<Message>(
  list: CompiledList<Message>,
  stretch: Stretch,
  walk: Walk,
  shareAt: number,
  budget: Budget,
): Query {
  const { parts, order } = list;
  const [part] = parts;
  const direct = part && parts.length === 1 && !order.type && stretch.offset === 0;
  return direct
    ? directQuery(list, part, stretch, walk, shareAt, budget)
    : placesQuery(list, stretch, walk, shareAt, budget);
}

/** A page in the order of ids: what most clients ask for, and nearly always without a filter. */
function directQuery<Message>(
  list: CompiledList<Message>,
  part: Part<Message>,
  { from, backwards, limit }: Stretch,
  walk: Walk,
  shareAt: number,
  budget: Budget,
): Query {
  const order = backwards ? reversed(list.order) : list.order;
  const values = [...list.values];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const { source, view, condition } = part;
  const start = from ?? { key: null, id: order.idDescending ? LAST_ID : FIRST_ID };
  const [range] = rangesAfter(order, undefined, start, parameter);
  const found = `select r.*, ${source.kind} as kind
  from ${source.table} r
  where r.account_id = $1 and r.delete_time is null and ${range}${condition ? ` and ${condition}` : ""}
  order by ${orderSql(order, "", "r.id")} limit ${parameter(oneMore(limit))}`;
  const text = `with found as (
  ${measuredSql(found, orderSql(order, "", "f.id"))}
)
select counts.*, r.*
from (${headSql(list, walk, shareAt, parameter)}) counts
left join (
  select r.kind, null as key, r.followed, ${recordColumns(source, view)}
  from found r where ${withinSql(list, "id", limit, budget, parameter)}
) r on true
order by ${orderSql(order, "", "r.id")}`;
  const name = `list_${source.table}_${isFull(view) ? "full" : "basic"}${order.idDescending ? "_desc" : ""}`;
  // Filters are too many to prepare.
  return { name: condition ? "" : name, text, values };
}

/**
 * Any other page: first the places of its records, then the records by their
 * ids, one by one: LIMIT keeps the planner from reading a whole table instead.
 */
function placesQuery<Message>(
  list: CompiledList<Message>,
  { from, backwards, offset, limit }: Stretch,
  walk: Walk,
  shareAt: number,
  budget: Budget,
): Query {
  const order = backwards ? reversed(list.order) : list.order;
  const values = [...list.values];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const head = headSql(list, walk, shareAt, parameter);
  const reach = parameter(offset + oneMore(limit));
  const branches = list.parts.flatMap(({ source, condition, key }) => {
    const keySql = order.type ? (key?.sql ?? `null::${keyType(order.type)}`) : "null::text";
    return rangesAfter(order, key, from, parameter).map(
      (range) => `(select ${source.kind} as kind, r.id as place_id, ${keySql} as key, r.document_bytes
    from ${source.table} r
    where r.account_id = $1 and r.delete_time is null and ${range}${condition ? ` and ${condition}` : ""}
    order by ${orderSql(order, "key", "place_id")} limit ${reach})`,
    );
  });
  const records = list.parts.map(
    ({ source, view }) => `select ${recordColumns(source, view)}${isFull(view) ? "" : ", null::json as memberships"}
  from ${source.table} r where p.kind = ${source.kind} and r.account_id = $1 and r.id = p.place_id`,
  );
  const found = `select * from (${branches.join("\n  union all\n  ")}) stretches
  order by ${orderSql(order, "key", "place_id")} limit ${parameter(oneMore(limit))} offset ${parameter(offset)}`;
  const text = `with found as (
  ${measuredSql(found, orderSql(order, "f.key", "f.place_id"))}
)
select counts.*, p.kind, ${keyText(order.type, "p.key")} as key, p.followed, r.*
from (${head}) counts
left join (
  select r.* from found r where ${withinSql(list, "place_id", limit, budget, parameter)}
) p on true
left join lateral (${records.join("\n  union all\n  ")} limit 1) r on true
order by ${orderSql(order, "p.key", "p.place_id")}`;
  return { name: "", text, values };
}

/** One record more than asked for tells whether there is another page. Only its place is read. */
function oneMore(limit: number): number {
  return limit === 0 ? 0 : limit + 1;
}

/** Rows in their order, numbered, with the bytes up to each of them. */
function measuredSql(found: string, order: string): string {
  return `select f.*, row_number() over page as number, sum(f.document_bytes) over page as bytes,
    lead(true, 1, false) over page as followed
  from (${found}) f window page as (order by ${order} rows unbounded preceding)`;
}

/**
 * Whether the row `r` of `found` belongs to the page. What comes behind is not
 * read: neither documents nor members.
 */
function withinSql<Message>(
  { parts }: CompiledList<Message>,
  id: string,
  limit: number,
  budget: Budget,
  parameter: (value: unknown) => string,
): string {
  const page = `r.number <= ${parameter(limit)} and r.bytes <= ${parameter(budget.bytes)}`;
  const groups = parts.find(({ source, view }) => source.table === "scim_group" && isFull(view));
  if (!groups) return `(r.number = 1 or ${page})`;
  const ids = `select array_agg(case kind when ${groups.source.kind} then ${id} end order by number) from found`;
  const members = parameter(budget.members);
  return `(r.number = 1 or ${page} and r.number <= (select scim_groups_within($1, (${ids}), ${members})))`;
}

function recordColumns<Message>(source: RecordSource<Message>, view: ScimRecordView): string {
  return `${source.columns}, ${mappingSql(source)}${isFull(view) ? `, ${source.memberships} as memberships` : ""}`;
}

function isFull(view: ScimRecordView): boolean {
  return view === ScimRecordView.SCIM_RECORD_VIEW_FULL;
}

function headSql<Message>(
  list: CompiledList<Message>,
  walk: Walk,
  shareAt: number,
  parameter: (value: unknown) => string,
): string {
  const shared = sharedPlaceSql("$1", parameter(walk.id), parameter(shareAt));
  return `select c.*, (${shared}) as shared from (${countsSql(list)}) c`;
}

/** The account's change counter, and how many records the kinds without a filter have. */
function countsSql<Message>({ parts }: CompiledList<Message>): string {
  const kinds = parts.filter(({ condition }) => !condition).map(({ source }) => source.kind);
  return `select coalesce(sum(changes), 0)::float8 as changes,
  coalesce(sum(records) filter (where kind in (${kinds.join(", ") || "null"})), 0)::float8 as unfiltered
from scim_record_count where account_id = $1`;
}

/** Counts a whole list, together with the state of the account that the count is true of. */
export function countQuery<Message>(list: CompiledList<Message>): Query {
  const counts = list.parts.flatMap(({ source, condition }) =>
    condition
      ? [`(select count(*) from ${source.table} r where r.account_id = $1 and r.delete_time is null and ${condition})`]
      : [],
  );
  const text = `select counts.changes, (${["counts.unfiltered", ...counts].join("\n  + ")})::float8 as total
from (${countsSql(list)}) counts`;
  return { name: "", text, values: list.values.slice(0, list.filterValues) };
}
