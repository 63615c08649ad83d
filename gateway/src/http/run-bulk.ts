import type { ResourceKind } from "../mapping/schema.ts";
import type { BulkOperation, BulkRequest, BulkWrite } from "../scim/bulk.ts";
import { bulkOrder } from "../scim/bulk-order.ts";
import { withReferences } from "../scim/bulk-references.ts";
import type { BulkResult } from "../scim/bulk-response.ts";
import { togetherFrom } from "../scim/bulk-together.ts";
import { ScimError } from "../scim/error.ts";
import { requireKind } from "./account-view.ts";
import { type BulkIds, createBulkIds } from "./bulk-ids.ts";
import type { BulkTarget } from "./bulk-target.ts";
import { toFailure } from "./errors.ts";
import type { Exchange, OperationOutcome } from "./exchange.ts";
import type { Session } from "./session.ts";

// POSTs that are under way at a time, where they do not concern each other.
const TOGETHER = 8;
// As long as load balancers wait for an answer.
const BULK_TIMEOUT_MS = 60_000;

/** What operations are done with. */
interface Run {
  targets: Readonly<Record<ResourceKind, BulkTarget>>;
  ids: BulkIds;
  exchange: Exchange;
  session: Session;
}

/**
 * Does what a Bulk request asks for, each operation as a request of its own
 * would do it, and tells the exchange what came of each. Results are at the
 * places of their operations; what fails is a result.
 */
export async function runBulk(
  { operations, failOnErrors }: BulkRequest,
  targets: Run["targets"],
  exchange: Exchange,
  session: Session,
): Promise<(BulkResult | undefined)[]> {
  const plan = bulkOrder(operations);
  const ids = await createBulkIds(operations, plan, (userName) => targets.User.inactiveIdOf(userName, session));
  const run = { targets, ids, exchange, session };
  const results: (BulkResult | undefined)[] = [];
  const outcomes: OperationOutcome[] = [];
  exchange.operations = outcomes;
  let errors = 0;
  for (let done = 0; done < plan.order.length && errors < failOnErrors; ) {
    // As many as may fail before it is over: what is done is then what one after the other would have done.
    const together = togetherFrom(done, Math.min(TOGETHER, failOnErrors - errors), operations, plan);
    await Promise.all(
      together.map(async (at) => {
        const { result, outcome } = await doOperation(operations[at] as BulkOperation, run);
        results[at] = result;
        outcomes.push(outcome);
        if (result.error !== undefined) errors += 1;
      }),
    );
    done += together.length;
  }
  return results;
}

async function doOperation(
  operation: BulkOperation,
  run: Run,
): Promise<{ result: BulkResult; outcome: OperationOutcome }> {
  const startedAt = performance.now();
  const { exchange, targets } = run;
  const { method, path, write } = operation;
  const kind = write instanceof ScimError ? undefined : write.kind;
  const locationOf = (id: string | undefined) =>
    id && kind && `${exchange.baseUrl}${targets[kind].endpoint}/${encodeURIComponent(id)}`;
  const outcome = (status: number, recordId: string | undefined, error?: BulkResult["error"], fault?: unknown) => {
    const durationMs = performance.now() - startedAt;
    return { method, path, kind, recordId, status, error, fault, startedAt, durationMs };
  };
  try {
    const { status, id, version } = await written(operation, run);
    return { result: { status, location: locationOf(id), version }, outcome: outcome(status, id) };
  } catch (thrown) {
    const { status, body: error, fault } = toFailure(thrown, exchange.trace.traceId);
    const id = idOf(operation, run.ids);
    return {
      result: { status, location: locationOf(id), error },
      outcome: outcome(status, id, error, fault ? thrown : undefined),
    };
  }
}

async function written(operation: BulkOperation, { targets, ids, exchange, session }: Run) {
  let id: string | undefined;
  try {
    if (performance.now() - exchange.startedAt > BULK_TIMEOUT_MS) throw tooLate();
    const { method, kind, data, version, ...resolved } = resolvedWrite(operation, ids);
    requireKind(exchange.view, kind);
    const write = { id: method === "POST" ? ids.newIdOf(operation) : resolved.id, body: data, ifMatch: version };
    const done = await targets[kind].write(method, write, exchange, session);
    id = done.id;
    return done;
  } finally {
    ids.settle(operation, id);
  }
}

/** What an operation asks for, with ids in the place of its references. Throws ScimError. */
function resolvedWrite(operation: BulkOperation, ids: BulkIds): BulkWrite {
  if (operation.write instanceof ScimError) throw operation.write;
  if (!ids.hasReferences(operation)) return operation.write;
  return withReferences(operation.write, (bulkId) => ids.idFor(operation, bulkId));
}

/** The id of the record that an operation was about, where there is one. */
function idOf(operation: BulkOperation, ids: BulkIds): string | undefined {
  if (operation.write instanceof ScimError || operation.write.method === "POST") return undefined;
  try {
    return withReferences({ ...operation.write, data: undefined }, (bulkId) => ids.idFor(operation, bulkId)).id;
  } catch {
    return undefined;
  }
}

function tooLate(): ScimError {
  const seconds = BULK_TIMEOUT_MS / 1_000;
  return new ScimError(
    503,
    undefined,
    `The Bulk request has taken ${seconds} seconds already. Send the operation again.`,
  );
}
