import { status } from "@grpc/grpc-js";
import {
  type Execution,
  type ListExecutionsRequest,
  type ListExecutionsResponse,
  type MappingServiceService,
  type ReprocessRequest,
  type RuleSet,
  RuleSetState,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import type { ExecutionRecord } from "../domain/execution.ts";
import { isRecordId } from "../domain/record-id.ts";
import { readStatus, reprocess } from "../reconcile/reprocess.ts";
import { countOutcomes, listExecutions, readExecution } from "../storage/executions.ts";
import { pageSizeOf } from "../storage/page-size.ts";
import { publishedRevision, rulesOf } from "../storage/rule-sets.ts";
import { onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";

/** Handlers of rollcall.directory.v1.MappingService. */
export function mappingHandlers(context: MappingContext): Handlers<MappingServiceService> {
  return {
    getRuleSet: ({ kind }, { caller }) => getRuleSet(context, caller.accountId, kind),
    listExecutions: (request, { caller }) => list(context, caller.accountId, request),
    getExecution: ({ id }, { caller }) => getExecution(context, caller.accountId, id),
    async reprocess(request, { caller, trace }) {
      const queued = await queue(context, caller.accountId, request, trace.traceparent);
      context.scheduleReconcile(caller.accountId);
      return { queued };
    },
    async getReconcileStatus(_request, { caller }) {
      const { pending, since } = await readStatus(context.db, caller.accountId);
      return { pending, oldestPendingTime: since };
    },
  };
}

type MappingContext = Pick<Context, "db" | "pageTokens" | "scheduleReconcile">;

async function getRuleSet({ db }: MappingContext, accountId: string, kind: ScimRecordKind): Promise<RuleSet> {
  checkKind(kind);
  const published = await publishedRevision(onPool(db), accountId, kind);
  if (!published)
    throw new StatusError(status.NOT_FOUND, "RULE_SET_NOT_FOUND", "No rule set of this kind is published.");
  const rules = await rulesOf(onPool(db), accountId, kind, published.revision);
  return { kind, state: RuleSetState.RULE_SET_STATE_PUBLISHED, rules, ...published };
}

async function list(
  { db, pageTokens }: MappingContext,
  accountId: string,
  request: ListExecutionsRequest,
): Promise<ListExecutionsResponse> {
  const { kind, recordId, personId, outcome, pageToken } = request;
  const pageSize = pageSizeOf(request.pageSize);
  const scope = [accountId, "executions", `${kind}`, recordId, personId, `${outcome}`];
  const before = pageToken ? pageTokens.open(scope, pageToken) : undefined;
  const outcomeCounts = pageToken ? [] : await countOutcomes(onPool(db), accountId);
  // What cannot be an id is nobody's.
  if ([recordId, personId].some((id) => id !== "" && !isRecordId(id)))
    return { executions: [], nextPageToken: "", outcomeCounts };

  const filter = {
    kind: kind || undefined,
    recordId: recordId || undefined,
    personId: personId || undefined,
    outcome: outcome || undefined,
    before,
  };
  // One more than asked for tells whether there is a next page.
  const found = await listExecutions(onPool(db), accountId, filter, pageSize + 1);
  const executions = found.slice(0, pageSize).map(toExecution);
  const last = executions.at(-1);
  const nextPageToken = found.length > pageSize && last ? pageTokens.seal(scope, last.id) : "";
  return { executions, nextPageToken, outcomeCounts };
}

async function getExecution({ db }: MappingContext, accountId: string, id: string): Promise<Execution> {
  const execution = isRecordId(id) ? await readExecution(onPool(db), accountId, id) : undefined;
  if (!execution)
    throw new StatusError(status.NOT_FOUND, "EXECUTION_NOT_FOUND", `There is no execution ${id}.`, {
      metadata: { id },
    });
  return toExecution(execution);
}

async function queue(
  { db }: MappingContext,
  accountId: string,
  { kind, recordId: id }: ReprocessRequest,
  traceparent: string,
): Promise<number> {
  checkKind(kind);
  const queued = id === "" || isRecordId(id) ? await reprocess(db, accountId, kind, id || undefined, traceparent) : 0;
  if (id !== "" && queued === 0) {
    const [reason, noun] =
      kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER
        ? (["SCIM_USER_NOT_FOUND", "user"] as const)
        : (["SCIM_GROUP_NOT_FOUND", "group"] as const);
    throw new StatusError(status.NOT_FOUND, reason, `There is no SCIM ${noun} ${id}.`, { metadata: { id } });
  }
  return queued;
}

function checkKind(kind: ScimRecordKind): void {
  if (kind !== ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER && kind !== ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP)
    throw fieldInvalid([{ field: "kind", description: "must be SCIM_USER or SCIM_GROUP." }]);
}

function toExecution(record: ExecutionRecord): Execution {
  const { durationMicros, ...execution } = record;
  return {
    ...execution,
    failedRule: execution.failedRule ?? "",
    failedExpression: execution.failedExpression ?? "",
    error: execution.error ?? "",
    personId: execution.personId ?? "",
    organizationId: execution.organizationId ?? "",
    traceId: execution.traceId ?? "",
    duration: { seconds: Math.floor(durationMicros / 1e6), nanos: Math.round((durationMicros % 1e6) * 1e3) },
  };
}
