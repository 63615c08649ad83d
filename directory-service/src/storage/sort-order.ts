import type { SortKey, SortType } from "./sort-key.ts";

/**
 * The order of a list: by a key, equal ones by id, or by id alone. No value
 * comes last, where descending first (RFC 7644 section 3.4.2.3), which is
 * PostgreSQL's default too.
 */
export interface Order {
  /** Undefined: by id alone. */
  type: SortType | undefined;
  keyDescending: boolean;
  idDescending: boolean;
}

/** A record's place in an order: its key as text, null for none, and its id. */
export interface Place {
  key: string | null;
  id: string;
}

/** Ids before and after every id, so that a list's start needs no statement of its own. */
export const FIRST_ID = "00000000-0000-0000-0000-000000000000";
export const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Equal keys are in the order of creation, whatever the direction. */
export function orderBy(type: SortType | undefined, descending: boolean): Order {
  return { type, keyDescending: descending, idDescending: type === undefined && descending };
}

/** The same from its end. */
export function reversed({ type, keyDescending, idDescending }: Order): Order {
  return { type, keyDescending: !keyDescending, idDescending: !idDescending };
}

/** ORDER BY, with the names of the key and of the id. */
export function orderSql({ type, keyDescending, idDescending }: Order, key: string, id: string): string {
  const direction = (descending: boolean) => (descending ? " desc" : "");
  return `${type ? `${key}${direction(keyDescending)}, ` : ""}${id}${direction(idDescending)}`;
}

/** A key as the text of a place, the same under every setting of a connection. */
export function keyText(type: SortType | undefined, key: string): string {
  if (type === "instant") return `to_char(${key} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  return `${key}::text`;
}

/** The SQL type of a key. */
export function keyType(type: SortType | undefined): string {
  return type ? SQL_TYPES[type] : "text";
}

const SQL_TYPES: Record<SortType, string> = {
  text: "text",
  boolean: "boolean",
  instant: "timestamptz",
  number: "bigint",
};

/** Whether a place, in SQL the JSON of one, comes before another. */
export function precedesSql({ type, keyDescending, idDescending }: Order, place: string, other: string): string {
  const before = (descending: boolean) => (descending ? ">" : "<");
  const id = (json: string) => `(${json} ->> 'id')::uuid`;
  const byId = `${id(place)} ${before(idDescending)} ${id(other)}`;
  if (!type) return byId;
  const key = (json: string) => `(${json} ->> 'key')::${keyType(type)}${type === "text" ? ' collate "C"' : ""}`;
  const byKey = `${key(place)} ${before(keyDescending)} ${key(other)}`;
  // Of a place with a key and one without: see Order.
  const byValue = `(${key(place)} is null) = ${keyDescending}`;
  return `case when ${key(place)} is not distinct from ${key(other)} then ${byId} else coalesce(${byKey}, ${byValue}) end`;
}

/**
 * Conditions on the row `r` that hold for what comes after a place, one for
 * each stretch of the order in which an index can start at once. Without a
 * place: for everything.
 */
export function rangesAfter(
  { type, keyDescending, idDescending }: Order,
  key: SortKey | undefined,
  place: Place | undefined,
  parameter: (value: unknown) => string,
): string[] {
  if (!place) return ["true"];
  // Made only where it is used: PostgreSQL refuses parameters that a statement does not have.
  const idAfter = () => `r.id ${idDescending ? "<" : ">"} ${parameter(place.id)}::uuid`;
  if (!type) return [idAfter()];
  const ranges: string[] = [];
  const canLackValue = !key || key.nullable;
  const lacksValue = key ? `${key.sql} is null` : "true";
  if (place.key === null) {
    if (canLackValue) ranges.push(`${lacksValue} and ${idAfter()}`);
    if (key && keyDescending) ranges.push(`${key.sql} is not null`);
  } else {
    if (key) ranges.push(rangeFrom(key, keyDescending, place.key, idAfter, parameter));
    if (canLackValue && !keyDescending) ranges.push(lacksValue);
  }
  return ranges.length > 0 ? ranges : ["false"];
}

function rangeFrom(
  { type, sql }: SortKey,
  descending: boolean,
  value: string,
  idAfter: () => string,
  parameter: (value: unknown) => string,
): string {
  const bound = `${parameter(value)}::${keyType(type)}`;
  const beyond = descending ? "<" : ">";
  return `${sql} ${beyond}= ${bound} and (${sql} ${beyond} ${bound} or ${idAfter()})`;
}
