import { LRUCache } from "lru-cache";

/** The id before every id: where a walk starts. */
export const NIL_ID = "00000000-0000-0000-0000-000000000000";

/**
 * What is remembered of walks by `startIndex`, so that page 1,000 costs what
 * page 1 costs and records that are removed while a client walks make it skip
 * nobody. Only memory: a replica that knows nothing of a walk counts its way.
 * A key is an account, a kind and a filter.
 */
export interface Walks {
  /**
   * Where the record at `startIndex` is: `offset` records behind the one called
   * `after`, which is sure where the account's change counter is still `changes`.
   */
  find(key: string, startIndex: number): Place;
  /** Remembers the last id before `startIndex`, as seen at a state of the change counter. */
  remember(key: string, startIndex: number, after: string, changes: number): void;
  /** How many records the filter matched, unless the account's records have changed since. */
  total(key: string, changes: number): number | undefined;
  rememberTotal(key: string, changes: number, total: number): void;
}

/** A place in a list. `offset` is 0 where a walk goes on exactly. */
export interface Place {
  after: string;
  offset: number;
  changes?: number;
}

interface Walk {
  boundaries: Map<number, { after: string; changes: number }>;
  total?: { changes: number; value: number };
}

// 500 walks of at most 1,000 boundaries of some 100 bytes: 50 MB at the very worst.
const MAX_WALKS = 500;
const MAX_BOUNDARIES = 1_000;

// A client that pauses longer than this has given its walk up.
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/** An empty memory. */
export function createWalks(): Walks {
  const walks = new LRUCache<string, Walk>({ max: MAX_WALKS, ttl: FORGOTTEN_AFTER_MS, updateAgeOnGet: true });
  const walkOf = (key: string): Walk => {
    const walk = walks.get(key) ?? { boundaries: new Map() };
    if (!walks.has(key)) walks.set(key, walk);
    return walk;
  };
  return {
    find(key, startIndex) {
      const boundaries = walks.get(key)?.boundaries;
      const exact = boundaries?.get(startIndex);
      if (exact) return { after: exact.after, offset: 0 };
      let nearest = 1;
      for (const known of boundaries?.keys() ?? []) if (known < startIndex && known > nearest) nearest = known;
      const boundary = boundaries?.get(nearest) ?? { after: NIL_ID };
      return { ...boundary, offset: startIndex - nearest };
    },
    remember(key, startIndex, after, changes) {
      const { boundaries } = walkOf(key);
      // Deleted first, so that the oldest is always the first of the map.
      boundaries.delete(startIndex);
      boundaries.set(startIndex, { after, changes });
      const [oldest] = boundaries.keys();
      if (boundaries.size > MAX_BOUNDARIES && oldest !== undefined) boundaries.delete(oldest);
    },
    total(key, changes) {
      const total = walks.get(key)?.total;
      return total?.changes === changes ? total.value : undefined;
    },
    rememberTotal(key, changes, value) {
      walkOf(key).total = { changes, value };
    },
  };
}
