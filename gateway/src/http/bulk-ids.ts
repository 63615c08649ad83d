import { v7 as uuid } from "uuid";
import type { BulkOperation } from "../scim/bulk.ts";
import { type BulkOrder, waitsInCircles } from "../scim/bulk-order.ts";
import { ScimError } from "../scim/error.ts";
import { isObject, property } from "../scim/json.ts";

/** What the bulkIds of a request stand for while its operations are done. */
export interface BulkIds {
  /** The id that the record of a POST is to have. "": the service knows it. */
  newIdOf(operation: BulkOperation): string;
  hasReferences(operation: BulkOperation): boolean;
  /**
   * The id that a reference of an operation stands for. Throws ScimError 409
   * where it stands for none (RFC 7644 section 3.7.1).
   */
  idFor(operation: BulkOperation, bulkId: string): string;
  /** Tells what became of an operation: the id of its record, or undefined. */
  settle(operation: BulkOperation, id: string | undefined): void;
}

/** The record of a POST. */
interface NewRecord {
  /** The id that it has or, before it is made, that others know it by. */
  id: string;
  /** Of an inactive user, whom the POST brings back: it has the id already. */
  returns: boolean;
  state: "awaited" | "made" | "failed";
}

/**
 * Gives every POST its id before it is made, so that two users may be each
 * other's managers without a second write. A user that comes back has its old
 * id; `inactiveIdOf` finds it by userName for those that are referred to before
 * they are made. Whoever is referred to later is known by then.
 */
export async function createBulkIds(
  operations: readonly BulkOperation[],
  { order, references, posts }: BulkOrder,
  inactiveIdOf: (userName: string) => Promise<string | undefined>,
): Promise<BulkIds> {
  const records = new Map<string, NewRecord>();
  for (const bulkId of posts.keys()) records.set(bulkId, { id: uuid(), returns: false, state: "awaited" });
  await Promise.all(Array.from(referredAhead(), expectReturning));

  const referring = new Set(operations.filter((_, at) => references[at]?.length));

  return {
    hasReferences: (operation) => referring.has(operation),

    newIdOf(operation) {
      const record = recordOf(operation);
      return record === undefined || record.returns ? "" : record.id;
    },

    idFor(operation, bulkId) {
      const record = records.get(bulkId);
      if (record === undefined) throw unresolved(bulkId, "no POST of this request has it");
      if (record.state === "failed") throw unresolved(bulkId, "the operation that has it has failed");
      if (record.state === "awaited" && waitsInCircles(operation)) {
        throw unresolved(bulkId, "the group that has it would contain itself");
      }
      return record.id;
    },

    settle(operation, id) {
      const record = recordOf(operation);
      if (record?.state !== "awaited") return;
      record.state = id === undefined ? "failed" : "made";
      record.id = id ?? record.id;
    },
  };

  function referredAhead(): Set<string> {
    const before = new Set<string>();
    const ahead = new Set<string>();
    for (const at of order) {
      for (const bulkId of references[at] ?? []) if (!before.has(bulkId)) ahead.add(bulkId);
      before.add(operations[at]?.bulkId ?? "");
    }
    return ahead;
  }

  async function expectReturning(bulkId: string): Promise<void> {
    const record = records.get(bulkId);
    const userName = userNameOf(operations[posts.get(bulkId) ?? -1]);
    if (record === undefined || userName === undefined) return;
    // Where it cannot be looked up, it cannot be made either.
    const id = await inactiveIdOf(userName).catch(() => undefined);
    if (id !== undefined) Object.assign(record, { id, returns: true });
  }

  /** The first operation with a bulkId has it; those that repeat it are refused. */
  function recordOf(operation: BulkOperation): NewRecord | undefined {
    const { bulkId = "" } = operation;
    return operations[posts.get(bulkId) ?? -1] === operation ? records.get(bulkId) : undefined;
  }
}

function userNameOf(operation: BulkOperation | undefined): string | undefined {
  if (operation === undefined || operation.write instanceof ScimError || operation.write.kind !== "User") return;
  const { data } = operation.write;
  const userName = isObject(data) ? property(data, "username") : undefined;
  return typeof userName === "string" && userName !== "" ? userName : undefined;
}

function unresolved(bulkId: string, why: string): ScimError {
  return new ScimError(409, undefined, `bulkId:${bulkId} cannot be resolved: ${why}.`);
}
