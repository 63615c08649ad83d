import { type LookupKey, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { RpcOptions } from "@rollcall/runtime/client";
import { StatusError } from "@rollcall/runtime/status";
import { type Batcher, createBatcher } from "./batch.ts";

/** The calls that answer many reads at once. */
export interface BatchCalls<Message> {
  /** Records of the FULL view for one call: fewer, where each may have very many memberships. */
  fullBatch: number;
  batchGet(ids: string[], view: ScimRecordView, options: RpcOptions): Promise<Message[]>;
  batchLookup(keys: LookupKey[], view: ScimRecordView, options: RpcOptions): Promise<LookupResult<Message>[]>;
}

/** The records that a lookup found, in the order of their creation. */
export interface LookupResult<Message> {
  records: Message[];
  /** There are more than these. */
  truncated: boolean;
}

/** Reads of one token and one kind of record. Those that arrive together leave as one call. */
export interface Reader<Message> {
  get(id: string, view: ScimRecordView): Promise<Message | undefined>;
  lookup(key: LookupKey, view: ScimRecordView): Promise<LookupResult<Message>>;
}

/** What one statement of directory-service takes. */
export const MAX_BATCH = 500;

// One under way and the next one already on the wire: a third would only make the batches smaller.
const IN_FLIGHT = 2;

const { SCIM_RECORD_VIEW_BASIC: basic, SCIM_RECORD_VIEW_FULL: full } = ScimRecordView;

/** A reader. `options` are asked for once for each call. */
export function createReader<Message extends { id: string }>(
  calls: BatchCalls<Message>,
  options: () => RpcOptions,
): Reader<Message> {
  const limits = (view: ScimRecordView) => ({
    maxBatch: view === full ? calls.fullBatch : MAX_BATCH,
    inFlight: IN_FLIGHT,
    isOfOneItem: isTooLarge,
  });

  const getter = (view: ScimRecordView): Batcher<string, Message | undefined> =>
    createBatcher({
      keyOf: (id) => id,
      async load(ids) {
        const found = new Map((await calls.batchGet(ids, view, options())).map((record) => [record.id, record]));
        return ids.map((id) => found.get(id));
      },
      ...limits(view),
    });

  const finder = (view: ScimRecordView): Batcher<LookupKey, LookupResult<Message>> =>
    createBatcher({
      keyOf: ({ attribute, value }) => `${attribute} ${value}`,
      async load(keys) {
        try {
          return await calls.batchLookup(keys, view, options());
        } catch (error) {
          // What is too much for a lookup is for a list, whose pages have an end.
          if (keys.length === 1 && isTooLarge(error)) return [{ records: [], truncated: true }];
          throw error;
        }
      },
      ...limits(view),
    });

  const getters = { basic: getter(basic), full: getter(full) };
  const finders = { basic: finder(basic), full: finder(full) };
  return {
    get: (id, view) => getters[view === full ? "full" : "basic"](id),
    lookup: (key, view) => finders[view === full ? "full" : "basic"](key),
  };
}

/** Whether an answer would be more than one message holds. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof StatusError && error.reason === "RESPONSE_TOO_LARGE";
}
