import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";

/**
 * What a contract path is in SQL. The row is `r`. Only constants of the tables
 * of attributes become part of the text. What ties a list to its row stands in
 * `where`: PostgreSQL makes a join of EXISTS only then.
 */
export type Expression =
  /** `key`, where there is one, is a column with the folded form. */
  | { type: "text"; sql: string; key?: string; index?: Index }
  | { type: "id" | "boolean" | "number" | "instant"; sql: string; index?: Index }
  | { type: "complex"; sql: string }
  /** What a path leads to in the JSON value `from`, lists on the way included. */
  | { type: "json"; from: string; path: readonly string[]; index?: Index }
  | List
  | Any;

/** A multi-valued attribute. `fields` and `any` are by the sub-attribute's name. */
export interface List {
  type: "list";
  from: string;
  where: string;
  /** What value paths see of an element. */
  fields: Fields;
  /** What a path to the sub-attribute is: "emails.value". */
  any: Readonly<Record<string, Any>>;
  /** Whether there is an element, said otherwise than by `from` and `where`. */
  present?: string;
  match?: Match;
}

/** Sub-attributes by name. */
export type Fields = Readonly<Record<string, Expression>>;

/**
 * Says otherwise than by `from` and `where` that an element satisfies a filter,
 * where that is cheaper. `compile` takes what the fields of the filter are there.
 */
export type Match = (
  filter: Filter,
  compile: (filter: Filter, fields: Fields) => string,
  account: () => string,
) => string;

/** One sub-attribute of the elements of a list: true where any of them satisfies the comparison. */
export interface Any {
  type: "any";
  from: string;
  where: string;
  value: Expression;
  /** Whether there is an element, as the list has it. */
  present?: string;
  /** The same elements for a row of which the condition is true, where they are found faster. */
  shortcut?: { condition: string; from: string };
  /** Its name in the filters that `match` takes. */
  field?: string;
  match?: Match;
}

/** What answers EQUAL. Undefined: nothing does. */
export interface Index {
  /** PostgreSQL's name of it. */
  name: string;
  /** Path by whose value keys it finds rows. Undefined: it is on what is compared. */
  valueKey?: string;
  /** The index on the text itself, which answers where it is compared exactly. */
  exact?: string;
  /** Says EQUAL another way, which the index is on. */
  equal?: (equality: Equality) => string;
}

/** The right side of EQUAL on a text. */
export interface Equality {
  /** Whether it is this constant, by the comparison's case rule. */
  is(constant: string): boolean;
  /** A condition on a column with the folded form of a text, and on the text itself. */
  matches(key: string, text: string): string;
  /** The parameter that is the account. */
  account(): string;
}

/** Text. `key` is a column with the folded form. */
export function column(sql: string, key?: string, index?: Index): Expression {
  return { type: "text", sql, key, index };
}

/** One sub-attribute of a list, tied to its row as the list is. */
export function anyOf(
  { from, where, fields }: Pick<List, "from" | "where" | "fields">,
  field: string,
  index?: Index,
): Any {
  return { type: "any", from, where, value: { ...(fields[field] as Expression), index } as Expression };
}

/** The text at a path of a JSON value. */
export function textAt(sql: string, path: readonly string[]): string {
  return `(${sql} #>> '{${path.join(",")}}')`;
}
