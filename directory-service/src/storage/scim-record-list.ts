import { createHash } from "node:crypto";
import { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { fieldInvalid } from "@rollcall/runtime/status";
import { type Condition, compileFilter } from "./filter-sql.ts";
import { pageSizeOf } from "./page-size.ts";
import type { PageTokens } from "./page-token.ts";
import { COLUMNS, mappingSql, type RecordRow, type RecordSource } from "./scim-record-source.ts";
import type { Run, Statement } from "./statement.ts";
import { NIL_ID, type Place, type Walks } from "./walk.ts";

/** What ListScimUsers and ListScimGroups have in common. */
export interface ListRequest {
  filter?: Filter | undefined;
  pageSize: number;
  pageToken: string;
  startIndex: number;
  view: ScimRecordView;
}

/** One page. */
export interface Page<Message> {
  records: Message[];
  nextPageToken: string;
  totalSize: number;
}

/**
 * Lists records in the order of their creation, which is that of their ids
 * (UUID version 7). One statement gives the page, the account's maintained
 * counts and its change counter; only a filter's first page counts besides.
 *
 * @throws StatusError FILTER_INVALID, PAGE_TOKEN_INVALID, FIELD_INVALID
 */
export async function listRecords<Message>(
  run: Run,
  source: RecordSource<Message>,
  accountId: string,
  request: ListRequest,
  { pageTokens, walks }: { pageTokens: PageTokens; walks: Walks },
): Promise<Page<Message>> {
  const { pageSize, startIndex } = checkPage(request);
  const condition = request.filter && compileFilter(source.table, request.filter, 2);
  const scope = [accountId, source.table, filterDigest(request.filter)];
  const walk = scope.join(" ");
  const place = request.pageToken
    ? { after: pageTokens.open(scope, request.pageToken), offset: 0 }
    : walks.find(walk, startIndex);

  // One row more than asked for tells whether there is a next page.
  const limit = pageSize === 0 ? 0 : pageSize + 1;
  const statement = listStatement(source, condition, request.view);
  const read = ({ after, offset }: Place) =>
    run<ListRow>(statement, [accountId, ...(condition?.values ?? []), after, limit, offset]);
  let found = await read(place);
  // Counted from a place that may have moved: count from the start instead.
  const moved = place.changes !== undefined && place.changes !== found[0]?.changes;
  if (moved) found = await read({ after: NIL_ID, offset: startIndex - 1 });

  const rows = found.filter((row): row is ListRow & RecordRow => row.id !== null);
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  const { changes, total } = found[0] ?? { changes: 0, total: 0 };
  if (last && !request.pageToken) walks.remember(walk, startIndex + page.length, last.id, changes);
  const isWhole = startIndex === 1 && !request.pageToken && pageSize > 0 && rows.length <= pageSize;
  const matching = async () =>
    isWhole ? { changes, total: rows.length } : await count(run, source, accountId, condition);
  return {
    records: page.map(source.toMessage),
    nextPageToken: last && rows.length > pageSize ? pageTokens.seal(scope, last.id) : "",
    totalSize: condition ? await rememberedTotal(walks, walk, changes, matching) : total,
  };
}

interface Counts {
  /** Grows with every change of the account's SCIM records, of either kind: groups decide about users. */
  changes: number;
  total: number;
}

type ListRow = Counts & (RecordRow | { id: null });

function checkPage({ pageSize, pageToken, startIndex }: ListRequest): { pageSize: number; startIndex: number } {
  const violations = [
    { field: "start_index", wrong: startIndex < 0, description: "must not be negative." },
    { field: "start_index", wrong: startIndex > 0 && pageToken !== "", description: "excludes page_token." },
  ].filter(({ wrong }) => wrong);
  if (violations.length > 0) throw fieldInvalid(violations.map(({ field, description }) => ({ field, description })));
  // 0 asks for the total alone.
  return { pageSize: pageSizeOf(pageSize, { unset: 0 }), startIndex: Math.max(startIndex, 1) };
}

/** Tells filters apart. */
export function filterDigest(filter: Filter | undefined): string {
  return filter ? createHash("sha256").update(Filter.encode(filter).finish()).digest("base64url") : "";
}

function listStatement<Message>(
  source: RecordSource<Message>,
  condition: Condition | undefined,
  view: ScimRecordView,
): Statement {
  const full = view === ScimRecordView.SCIM_RECORD_VIEW_FULL;
  const next = 2 + (condition?.values.length ?? 0);
  return {
    // Filters are too many to prepare.
    name: condition ? "" : `list_${source.table}_${full ? "full" : "basic"}`,
    text: `select counts.*, r.*
from (${COUNTS.replace("$kind", String(source.kind))}) counts
left join (
  select ${COLUMNS}, ${mappingSql(source)}${full ? `, ${source.memberships} as memberships` : ""}
  from ${source.table} r
  where r.account_id = $1 and r.delete_time is null and r.id > $${next}::uuid${condition ? ` and ${condition.text}` : ""}
  order by r.id limit $${next + 1} offset $${next + 2}
) r on true
order by r.id`,
  };
}

const COUNTS = `select coalesce(sum(changes), 0)::float8 as changes,
  coalesce(sum(records) filter (where kind = $kind), 0)::float8 as total
from scim_record_count where account_id = $1`;

async function rememberedTotal(
  walks: Walks,
  walk: string,
  changes: number,
  count: () => Promise<Counts>,
): Promise<number> {
  const known = walks.total(walk, changes);
  if (known !== undefined) return known;
  const counted = await count();
  walks.rememberTotal(walk, counted.changes, counted.total);
  return counted.total;
}

/** Counts what a filter matches, together with the state of the account that the count is true of. */
async function count<Message>(
  run: Run,
  source: RecordSource<Message>,
  accountId: string,
  condition: Condition | undefined,
): Promise<Counts> {
  const text = `select counts.changes, (
  select count(*) from ${source.table} r
  where r.account_id = $1 and r.delete_time is null and ${condition?.text ?? "true"}
)::float8 as total
from (${COUNTS.replace("$kind", String(source.kind))}) counts`;
  const [counted] = await run<Counts>({ name: "", text }, [accountId, ...(condition?.values ?? [])]);
  return counted ?? { changes: 0, total: 0 };
}
