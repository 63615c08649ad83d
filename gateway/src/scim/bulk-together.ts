import type { BulkOperation } from "./bulk.ts";
import type { BulkOrder } from "./bulk-order.ts";
import { ScimError } from "./error.ts";
import { isObject, property } from "./json.ts";

/**
 * The operations, from a place in the order on, that may be done at the same
 * time, at most `limit`: POSTs of records with different names, none of which
 * refers to another. Everything else is done alone, as its effect may be what
 * the next one builds on.
 */
export function togetherFrom(
  place: number,
  limit: number,
  operations: readonly BulkOperation[],
  { order, references }: BulkOrder,
): number[] {
  const together = [order[place] as number];
  const first = keyOf(operations[together[0] as number]);
  if (first === undefined) return together;
  const keys = new Set([first.key]);
  const bulkIds = new Set([first.bulkId]);
  for (const at of order.slice(place + 1, place + limit)) {
    const next = keyOf(operations[at]);
    if (next === undefined || keys.has(next.key)) break;
    if (references[at]?.some((bulkId) => bulkIds.has(bulkId))) break;
    keys.add(next.key);
    bulkIds.add(next.bulkId);
    together.push(at);
  }
  return together;
}

/** What a POST must not have in common with another one. Undefined: it is none that could be done. */
function keyOf(operation: BulkOperation | undefined): { key: string; bulkId: string } | undefined {
  if (operation === undefined || operation.write instanceof ScimError || operation.method !== "POST") return undefined;
  const { kind, data } = operation.write;
  const name = isObject(data) ? property(data, kind === "User" ? "username" : "displayname") : undefined;
  if (typeof name !== "string") return undefined;
  return { key: `${kind} ${name.normalize("NFC").toLowerCase()}`, bulkId: operation.bulkId ?? "" };
}
