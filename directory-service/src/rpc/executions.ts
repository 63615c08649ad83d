import { status } from "@grpc/grpc-js";
import type {
  Execution,
  ListExecutionsRequest,
  ListExecutionsResponse,
  MappingServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Handlers } from "@rollcall/runtime/implement";
import { StatusError } from "@rollcall/runtime/status";
import type { ExecutionRecord } from "../domain/execution.ts";
import { checkOutcomes } from "../domain/execution-outcome.ts";
import { isRecordId } from "../domain/record-id.ts";
import { checkKind } from "../domain/record-kind.ts";
import { countOutcomes, listExecutions, readExecution } from "../storage/executions.ts";
import { pageSizeOf } from "../storage/page-size.ts";
import { onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { checkTimes, textOf } from "./times.ts";

type ExecutionContext = Pick<Context, "db" | "pageTokens">;

/** Handlers of MappingService for the record of what ran. */
export function executionHandlers(
  context: ExecutionContext,
): Pick<Handlers<MappingServiceService>, "listExecutions" | "getExecution"> {
  return {
    listExecutions: (request, { caller }) => list(context, caller.accountId, request),
    getExecution: ({ id }, { caller }) => getExecution(context, caller.accountId, id),
  };
}

async function list(
  { db, pageTokens }: ExecutionContext,
  accountId: string,
  request: ListExecutionsRequest,
): Promise<ListExecutionsResponse> {
  const { kind, recordId, personId, outcome, traceId, startTime, endTime, pageToken } = request;
  const pageSize = pageSizeOf(request.pageSize);
  if (kind !== 0) checkKind(kind);
  if (outcome !== 0) checkOutcomes({ outcome });
  checkTimes(startTime, endTime);
  const times = [startTime, endTime].map(textOf);
  const scope = [accountId, "executions", `${kind}`, recordId, personId, `${outcome}`, traceId, ...times];
  const before = pageToken ? pageTokens.open(scope, pageToken) : undefined;
  const outcomeCounts = pageToken ? [] : await countOutcomes(onPool(db), accountId);
  // What cannot be an id is nobody's.
  if ([recordId, personId].some((id) => id !== "" && !isRecordId(id)) || (traceId !== "" && !TRACE_ID.test(traceId)))
    return { executions: [], nextPageToken: "", outcomeCounts };

  const filter = {
    kind: kind || undefined,
    recordId: recordId || undefined,
    personId: personId || undefined,
    outcome: outcome || undefined,
    traceId: traceId || undefined,
    startTime,
    endTime,
    before,
  };
  // One more than asked for tells whether there is a next page.
  const found = await listExecutions(onPool(db), accountId, filter, pageSize + 1);
  const executions = found.slice(0, pageSize).map(toExecution);
  const last = executions.at(-1);
  const nextPageToken = found.length > pageSize && last ? pageTokens.seal(scope, last.id) : "";
  return { executions, nextPageToken, outcomeCounts };
}

// W3C Trace Context.
const TRACE_ID = /^[0-9a-f]{32}$/;

async function getExecution({ db }: ExecutionContext, accountId: string, id: string): Promise<Execution> {
  const execution = isRecordId(id) ? await readExecution(onPool(db), accountId, id) : undefined;
  if (!execution)
    throw new StatusError(status.NOT_FOUND, "EXECUTION_NOT_FOUND", `There is no execution ${id}.`, {
      metadata: { id },
    });
  return toExecution(execution);
}

function toExecution(record: ExecutionRecord): Execution {
  const { durationMicros, valuesExecutionId: _, ...execution } = record;
  return {
    ...execution,
    failedRule: execution.failedRule ?? "",
    failedExpression: execution.failedExpression ?? "",
    error: execution.error ?? "",
    personId: execution.personId ?? "",
    organizationId: execution.organizationId ?? "",
    traceId: execution.traceId ?? "",
    holdId: execution.holdId ?? "",
    duration: { seconds: Math.floor(durationMicros / 1e6), nanos: Math.round((durationMicros % 1e6) * 1e3) },
  };
}
