/** Work that is cheaper together: many items, one call. */
export interface BatcherOptions<Item, Result> {
  /** Items with the same key are the same question and get the same result. */
  keyOf(item: Item): string;
  /** Answers items in their order. Called with distinct keys, at most `maxBatch` of them. */
  load(items: Item[]): Promise<readonly Result[]>;
  /** Items per call. */
  maxBatch: number;
  /** Calls under way at a time. */
  inFlight: number;
  /** Whether one item alone may be what a call failed of. Then they are asked for one by one, and it fails alone. */
  isOfOneItem?(error: unknown): boolean;
}

/** Answers one item, alone or together with those that ask at the same time. Rejects as the call did that it was in. */
export type Batcher<Item, Result> = (item: Item) => Promise<Result>;

/**
 * The dataloader pattern without its timer. While fewer than `inFlight` calls
 * are under way, an item leaves with those that arrive in the same turn of the
 * event loop; else it gathers with others until a call comes back. So one
 * request alone waits for nothing, and batches grow with the load by themselves.
 *
 * An item never joins a call that has left: it could have read the record
 * before a write that the asker has already seen confirmed.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { keyOf, load, maxBatch, inFlight, isOfOneItem = () => false } = options;
  let waiting = new Map<string, Entry<Item, Result>>();
  let running = 0;
  let leaving = false;

  return (item) => {
    const key = keyOf(item);
    let entry = waiting.get(key);
    if (!entry) {
      entry = { item, ...Promise.withResolvers<Result>() };
      waiting.set(key, entry);
      leaveSoon();
    }
    return entry.promise;
  };

  // At the end of this turn of the event loop, in which the requests of several
  // connections may arrive: 15 % more requests a second at 16 connections.
  function leaveSoon(): void {
    if (leaving || running >= inFlight) return;
    leaving = true;
    setImmediate(() => {
      leaving = false;
      if (waiting.size > 0) void run();
    });
  }

  async function run(): Promise<void> {
    const batch = take();
    running += 1;
    try {
      const results = await load(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length > 1 && isOfOneItem(error)) await runOneByOne(batch);
      else for (const { reject } of batch) reject(error);
    }
    running -= 1;
    if (waiting.size > 0) void run();
  }

  /** Not all at once: together they have just been too much. */
  async function runOneByOne(batch: Entry<Item, Result>[]): Promise<void> {
    for (const { item, resolve, reject } of batch) {
      try {
        const [result] = await load([item]);
        resolve(result as Result);
      } catch (error) {
        reject(error);
      }
    }
  }

  function take(): Entry<Item, Result>[] {
    const entries = [...waiting.values()];
    const batch = entries.slice(0, maxBatch);
    waiting = new Map(entries.slice(maxBatch).map((entry) => [keyOf(entry.item), entry]));
    return batch;
  }
}

interface Entry<Item, Result> extends PromiseWithResolvers<Result> {
  item: Item;
}
