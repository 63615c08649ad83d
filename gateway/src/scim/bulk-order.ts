import type { BulkOperation } from "./bulk.ts";
import { referencesOf } from "./bulk-references.ts";
import { ScimError } from "./error.ts";

/** In which order the operations of a Bulk request are done. */
export interface BulkOrder {
  /** Places in the request. */
  readonly order: readonly number[];
  /** The bulkIds that each operation refers to. */
  readonly references: readonly (readonly string[])[];
  /** The POST of each bulkId. */
  readonly posts: ReadonlyMap<string, number>;
}

/**
 * The order of the request, but that a POST which an earlier operation refers
 * to is done just before that operation. In a circle there is no such order.
 * The reference that gives way is one of a user, such as to a manager, which
 * may name somebody who is still to come; members have to be there.
 */
export function bulkOrder(operations: readonly BulkOperation[]): BulkOrder {
  const references = operations.map(({ write }) => (write instanceof ScimError ? [] : referencesOf(write)));
  const posts = postsOf(operations);
  const before = references.map((bulkIds) =>
    bulkIds.map((bulkId) => posts.get(bulkId)).filter((at) => at !== undefined),
  );
  const circleOf = circles(before);
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (at: number) => {
    if (seen.has(at)) return;
    seen.add(at);
    const waits = waitsInCircles(operations[at]);
    for (const other of before[at] ?? []) if (waits || circleOf[other] !== circleOf[at]) visit(other);
    order.push(at);
  };
  for (const at of operations.keys()) visit(at);
  return { order, references, posts };
}

function postsOf(operations: readonly BulkOperation[]): Map<string, number> {
  const posts = new Map<string, number>();
  for (const [at, { method, bulkId }] of operations.entries()) {
    if (method === "POST" && bulkId !== undefined && !posts.has(bulkId)) posts.set(bulkId, at);
  }
  return posts;
}

/** Whether an operation cannot be done before what it refers to is there. */
export function waitsInCircles(operation: BulkOperation | undefined): boolean {
  return operation !== undefined && !(operation.write instanceof ScimError) && operation.write.kind === "Group";
}

/**
 * Which circle each node is in: nodes that lead to each other have the same
 * number (Tarjan's strongly connected components, in linear time).
 */
function circles(before: readonly (readonly number[])[]): number[] {
  const circleOf: number[] = [];
  const met: number[] = [];
  const lowest: number[] = [];
  const open: number[] = [];
  let count = 0;
  const visit = (at: number) => {
    met[at] = lowest[at] = count++;
    open.push(at);
    for (const other of before[at] ?? []) {
      if (met[other] === undefined) visit(other);
      if (circleOf[other] === undefined) lowest[at] = Math.min(lowest[at] as number, lowest[other] as number);
    }
    if (lowest[at] !== met[at]) return;
    for (let member: number | undefined; member !== at; ) {
      member = open.pop() as number;
      circleOf[member] = at;
    }
  };
  for (const at of before.keys()) if (met[at] === undefined) visit(at);
  return circleOf;
}
