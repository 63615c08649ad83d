import {
  type LookupAttribute,
  type LookupKey,
  ScimRecordView,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { foldCase } from "../domain/fold-case.ts";
import { isRecordId } from "../domain/record-id.ts";
import { type Lookup, mappingSql, type RecordRow, type RecordSource } from "./scim-record-source.ts";
import type { Run, Statement } from "./statement.ts";

/** How many matches of one key BatchLookup gives. */
const MAX_MATCHES = 500;

/** The records that exist among `ids`, in no particular order. */
export async function batchGet<Message>(
  run: Run,
  source: RecordSource<Message>,
  accountId: string,
  ids: readonly string[],
  view: ScimRecordView,
): Promise<Message[]> {
  // What cannot be an id is no record's, and not an error either.
  const known = ids.filter(isRecordId);
  if (known.length === 0) return [];
  const rows = await run<RecordRow>(getStatement(source, view), [accountId, known]);
  return rows.map(source.toMessage);
}

/** Reads records by id: $1 account, $2 ids. The FULL view adds memberships and mapping. */
export function getStatement<Message>(source: RecordSource<Message>, view: ScimRecordView): Statement {
  const full = view === ScimRecordView.SCIM_RECORD_VIEW_FULL;
  return {
    name: `get_${source.table}_${full ? "full" : "basic"}`,
    text: `select ${source.columns}${full ? `, ${source.memberships} as memberships, ${mappingSql(source)}` : ""}
from ${source.table} r
where r.account_id = $1 and r.id = any(${opaque("$2::uuid[]")}) and r.delete_time is null`,
  };
}

/**
 * An array that the planner does not look into. Seeing how many elements one
 * has, it would plan for just those, every time anew, and never keep a plan;
 * and planning costs more here than running.
 */
function opaque(array: string): string {
  return `(select ${array})${array.slice(array.indexOf("::"))}`;
}

/** The matches of one key. */
export interface Matches<Message> {
  records: Message[];
  truncated: boolean;
}

type LookupRow = RecordRow & Record<string, unknown>;

/** The matches of each key, in the order of the keys, with one statement. */
export async function batchLookup<Message>(
  run: Run,
  source: RecordSource<Message>,
  accountId: string,
  keys: readonly LookupKey[],
  view: ScimRecordView,
): Promise<Matches<Message>[]> {
  const wanted = keys.map(({ attribute, value }) => {
    const lookup = source.lookups[attribute];
    // No stored text holds U+0000, and PostgreSQL takes none.
    return lookup && !value.includes("\u0000")
      ? { attribute, lookup, value: lookup.folded ? foldCase(value) : value }
      : undefined;
  });
  const attributes = [...new Set(wanted.flatMap((key) => (key ? [key.attribute] : [])))].sort();
  const found = new Map<string, Message[]>();
  if (attributes.length > 0) {
    const values = attributes.map((attribute) => [
      ...new Set(wanted.flatMap((key) => (key?.attribute === attribute ? [key.value] : []))),
    ]);
    const rows = await run<LookupRow>(lookupStatement(source, attributes, view), [accountId, ...values]);
    for (const row of rows) {
      const place = `${row["attribute"]} ${row["key"]}`;
      const matches = found.get(place);
      if (matches) matches.push(source.toMessage(row));
      else found.set(place, [source.toMessage(row)]);
    }
  }
  return wanted.map((key) => {
    const records = (key && found.get(`${key.attribute} ${key.value}`)) ?? [];
    return { records: records.slice(0, MAX_MATCHES), truncated: records.length > MAX_MATCHES };
  });
}

/** Looks records up: $1 account, then the values of each attribute. */
export function lookupStatement<Message>(
  source: RecordSource<Message>,
  attributes: readonly LookupAttribute[],
  view: ScimRecordView,
): Statement {
  const full = view === ScimRecordView.SCIM_RECORD_VIEW_FULL;
  const columns = `${source.columns}${full ? `, ${source.memberships} as memberships` : ""}`;
  const selects = attributes.flatMap((attribute, index) => {
    const lookup = source.lookups[attribute];
    return lookup ? [lookupSelect(source.table, attribute, lookup, columns, opaque(`$${index + 2}::text[]`))] : [];
  });
  return {
    name: `look_${source.table}_up_${full ? "full" : "basic"}_${attributes.join("_")}`,
    text: selects.join("\nunion all\n"),
  };
}

function lookupSelect(
  table: string,
  attribute: LookupAttribute,
  { column, unique }: Lookup,
  columns: string,
  values: string,
): string {
  const select = (condition: string) =>
    `select ${attribute} as attribute, r.${column} as key, ${columns}
from ${table} r where r.account_id = $1 and r.${column} ${condition} and r.delete_time is null`;
  if (unique) return select(`= any(${values})`);
  return `select matches.* from unnest(${values}) wanted(value)
cross join lateral (${select("= wanted.value")} order by r.id limit ${MAX_MATCHES + 1}) matches`;
}
