import { LRUCache } from "lru-cache";

/**
 * How many records filters matched, so that walking through a list does not
 * count it page after page. Only memory; the order of a list does not matter.
 */
export interface ListTotals {
  /** Undefined where the account's records have changed since. */
  get(key: string, changes: number): number | undefined;
  set(key: string, changes: number, total: number): void;
}

const MAX_TOTALS = 10_000;

/** An empty memory. */
export function createListTotals(): ListTotals {
  const totals = new LRUCache<string, { changes: number; total: number }>({ max: MAX_TOTALS });
  return {
    get(key, changes) {
      const known = totals.get(key);
      return known?.changes === changes ? known.total : undefined;
    },
    set(key, changes, total) {
      totals.set(key, { changes, total });
    },
  };
}
