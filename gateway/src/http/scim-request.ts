import { ScimRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Caller } from "@rollcall/runtime/implement";
import { v7 as uuid } from "uuid";
import type { Exchange, OperationOutcome } from "./exchange.ts";
import { maskedDetail, maskedPath } from "./masked-request.ts";

/** What the request log is told of the answer beside its status. */
export interface AnswerError {
  scimType?: string | undefined;
  detail: string;
}

/**
 * The rows of the request log for an answered request: its own, and one for each
 * operation of a Bulk request. None where it has no account: nobody could read it.
 */
export function toScimRequests(exchange: Exchange, status: number, error?: AnswerError): ScimRequest[] {
  const { request, caller, startedAt, recordId } = exchange;
  if (caller === undefined || caller.accountId === "") return [];
  const id = recordId ?? (request.params as { id?: string } | undefined)?.id;
  const durationMs = performance.now() - startedAt;
  const own = { method: request.method, path: request.url, status, error, startedAt, durationMs };
  return [
    toScimRequest(exchange, caller, { ...own, record: recordOf(exchange.pattern, id) }),
    ...exchange.operations.map((outcome) => toScimRequest(exchange, caller, toRow(exchange, outcome))),
  ];
}

/** What the rows of a request differ in. */
interface Row {
  method: string;
  path: string;
  status: number;
  error: AnswerError | undefined;
  startedAt: number;
  durationMs: number;
  record: Partial<Pick<ScimRequest, "recordKind" | "recordId">>;
}

function toRow({ baseUrl }: Exchange, outcome: OperationOutcome): Row {
  const { method, kind, recordId } = outcome;
  const resource = kind === undefined ? undefined : `/${kind}s`;
  const one = recordId === undefined || method === "POST" ? "" : `/${recordId}`;
  const base = new URL(baseUrl).pathname.replace(/\/$/, "");
  const path = resource === undefined ? outcome.path : `${base}${resource}${one}`;
  return { ...outcome, path, record: recordOf(resource, recordId) };
}

function toScimRequest({ request, trace, pattern }: Exchange, { accountId, tokenId }: Caller, row: Row): ScimRequest {
  const { method, status, error, startedAt, durationMs } = row;
  return ScimRequest.fromPartial({
    id: uuid(),
    accountId,
    requestTime: new Date(Date.now() - (performance.now() - startedAt)),
    method,
    path: maskedPath(row.path, pattern ?? "").slice(0, LONGEST_PATH),
    status,
    scimType: error?.scimType ?? "",
    detail: maskedDetail(error?.detail ?? "").slice(0, LONGEST_DETAIL),
    duration: toDuration(durationMs),
    traceId: trace.traceId,
    ...row.record,
    tokenId,
    userAgent: (request.headers["user-agent"] ?? "").slice(0, LONGEST_USER_AGENT),
  });
}

const LONGEST_USER_AGENT = 255;
// So that a whole batch fits into one message.
const LONGEST_PATH = 2_000;
const LONGEST_DETAIL = 2_000;

/** Milliseconds as google.protobuf.Duration. */
export function toDuration(milliseconds: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(milliseconds / 1_000);
  return { seconds, nanos: Math.floor((milliseconds - seconds * 1_000) * 1_000_000) };
}

/** The SCIM record that a route and an id mean. */
export function recordOf(pattern: string | undefined, id: string | undefined) {
  const kind = /\/(Users|Groups)(?:\/|$)/.exec(pattern ?? "")?.[1];
  if (kind === undefined || id === undefined) return {};
  const { SCIM_RECORD_KIND_SCIM_USER: user, SCIM_RECORD_KIND_SCIM_GROUP: group } = ScimRecordKind;
  return { recordKind: kind === "Users" ? user : group, recordId: id };
}
