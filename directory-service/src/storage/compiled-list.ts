import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { ScimRecordView, Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { costOf, type FilterCost } from "./filter-cost.ts";
import { compileFilter } from "./filter-sql.ts";
import type { RecordSource } from "./scim-record-source.ts";
import { type SortKey, sortInvalid, sortKeyOf } from "./sort-key.ts";
import { type Order, orderBy } from "./sort-order.ts";

/** Which records of one kind to list, and in what order. */
export interface Selection<Message> {
  source: RecordSource<Message>;
  filter?: Filter | undefined;
  sort?: Sort | undefined;
  view: ScimRecordView;
}

/** A list with its filters and its order in SQL, over one kind of record or both. */
export interface CompiledList<Message> {
  accountId: string;
  order: Order;
  parts: Part<Message>[];
  /** Parameters from $1 on: the account, those of the filters, those of the keys. */
  values: unknown[];
  /** How many of them the filters have need of. */
  filterValues: number;
}

/** One kind's share of a list. */
export interface Part<Message> extends Selection<Message> {
  condition: string | undefined;
  /** Of the condition. */
  cost: FilterCost | undefined;
  key: SortKey | undefined;
}

/**
 * Compiles filters and sorts.
 *
 * @throws StatusError FILTER_INVALID, SORT_INVALID
 */
export function compileList<Message>(accountId: string, selections: Selection<Message>[]): CompiledList<Message> {
  const values: unknown[] = [accountId];
  const conditions = selections.map(({ source, filter }) => {
    const condition = filter && compileFilter(source.table, filter, values.length + 1, accountId);
    values.push(...(condition?.values ?? []));
    return condition?.text;
  });
  const filterValues = values.length;
  const byId = isById(selections);
  const keys = selections.map(({ source, sort }) =>
    byId || !sort?.attribute ? undefined : sortKeyOf(source.table, sort, (value) => `$${values.push(value)}`),
  );
  const parts = selections.map((selection, index) => ({
    ...selection,
    condition: conditions[index],
    cost: selection.filter && costOf(selection.filter, selection.source.table),
    key: keys[index],
  }));
  return { accountId, order: commonOrder(selections, keys), parts, values, filterValues };
}

/** Ids are UUIDs of version 7: their order is that of creation. */
function isById<Message>(selections: Selection<Message>[]): boolean {
  const attributes = new Set(selections.map(({ sort }) => sort?.attribute ?? ""));
  return attributes.size === 1 && (attributes.has("") || attributes.has("id"));
}

function commonOrder<Message>(selections: Selection<Message>[], keys: (SortKey | undefined)[]): Order {
  const sorts = selections.flatMap(({ sort }) => sort ?? []);
  const types = keys.flatMap((key) => key?.type ?? []);
  const attribute = sorts.map((sort) => sort.attribute).join('" and "');
  if (new Set(sorts.map(({ descending }) => descending)).size > 1)
    throw sortInvalid(`"${attribute}" cannot be sorted by in different directions.`, attribute);
  if (new Set(types).size > 1)
    throw sortInvalid(`"${attribute}" cannot be sorted by together: their values are of different types.`, attribute);
  return orderBy(types[0], sorts[0]?.descending ?? false);
}
