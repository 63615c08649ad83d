import { status } from "@grpc/grpc-js";
import type {
  MappingServiceService,
  ReprocessRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Handlers } from "@rollcall/runtime/implement";
import { type FieldViolation, fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { checkOutcomes } from "../domain/execution-outcome.ts";
import { isRecordId } from "../domain/record-id.ts";
import { checkKind } from "../domain/record-kind.ts";
import { readStatus, reprocess } from "../reconcile/reprocess.ts";
import type { Context } from "./context.ts";

type ReprocessContext = Pick<Context, "db" | "scheduleReconcile">;

/** Handlers of MappingService for what is due. */
export function reprocessHandlers(
  context: ReprocessContext,
): Pick<Handlers<MappingServiceService>, "reprocess" | "getReconcileStatus"> {
  return {
    async reprocess(request, { caller, trace }) {
      const queued = await queue(context, caller.accountId, request, trace.traceparent);
      context.scheduleReconcile(caller.accountId);
      return { queued };
    },
    getReconcileStatus: (_request, { caller }) => readStatus(context.db, caller.accountId),
  };
}

async function queue(
  { db }: ReprocessContext,
  accountId: string,
  request: ReprocessRequest,
  traceparent: string,
): Promise<number> {
  const { kind, recordId, filter, outcomes } = request;
  checkKind(kind);
  checkSelection(request);
  if (recordId === "") return reprocess(db, accountId, kind, { recordId: undefined, filter, outcomes }, traceparent);
  const selection = { recordId, filter: undefined, outcomes: [] };
  const queued = isRecordId(recordId) ? await reprocess(db, accountId, kind, selection, traceparent) : 0;
  if (queued === 0) throw recordNotFound(kind, recordId);
  return queued;
}

function checkSelection({ recordId, filter, outcomes }: ReprocessRequest): void {
  const violations: FieldViolation[] = [];
  if (recordId !== "" && filter) violations.push({ field: "filter", description: "has no place beside record_id." });
  if (recordId !== "" && outcomes.length > 0)
    violations.push({ field: "outcomes", description: "have no place beside record_id." });
  if (violations.length > 0) throw fieldInvalid(violations);
  checkOutcomes(Object.fromEntries(outcomes.map((outcome, index) => [`outcomes[${index}]`, outcome])));
}

/** Answers for a SCIM record that the account does not have. */
export function recordNotFound(kind: ScimRecordKind, id: string): StatusError {
  const [reason, noun] =
    kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER
      ? (["SCIM_USER_NOT_FOUND", "user"] as const)
      : (["SCIM_GROUP_NOT_FOUND", "group"] as const);
  return new StatusError(status.NOT_FOUND, reason, `There is no SCIM ${noun} ${id}.`, { metadata: { id } });
}
