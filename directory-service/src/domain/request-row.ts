import type { ScimRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { version as uuidVersion } from "uuid";
import { firstCharacters } from "./characters.ts";
import { LAST_TIME } from "./least-id.ts";
import { isRecordId } from "./record-id.ts";

/** A row of the request log. */
export interface RequestRow {
  accountId: string;
  id: string;
  /** Milliseconds since 1970. */
  requestTime: number;
  method: string;
  path: string;
  status: number;
  scimType: string | null;
  detail: string | null;
  durationMicros: number;
  traceId: string | null;
  recordKind: ScimRecordKind | null;
  recordId: string | null;
  tokenId: string | null;
  userAgent: string | null;
}

/**
 * A request as a row that the table takes, its texts cut: one strange request
 * must not cost the log the thousand that come with it. Undefined for what
 * cannot be a request: without an id of version 7, a time or an HTTP status.
 */
export function toRequestRow(request: ScimRequest): RequestRow | undefined {
  const { id, accountId, status } = request;
  const requestTime = request.requestTime?.getTime() ?? Number.NaN;
  if (!isRecordId(id) || uuidVersion(id) !== 7) return undefined;
  if (!(requestTime >= 0 && requestTime <= LAST_TIME)) return undefined;
  if (!(status >= 100 && status <= 599)) return undefined;
  const hasRecord = isRecordId(request.recordId);
  return {
    accountId,
    id,
    requestTime,
    method: cut(request.method, 16) ?? "",
    path: cut(request.path, 8_192) ?? "",
    status,
    scimType: cut(request.scimType, 64),
    detail: cut(request.detail, 1_024),
    durationMicros: toMicros(request.duration),
    traceId: cut(request.traceId, 64),
    recordKind: hasRecord ? knownKind(request.recordKind) : null,
    recordId: hasRecord ? request.recordId : null,
    tokenId: cut(request.tokenId, 64),
    userAgent: cut(request.userAgent, 255),
  };
}

/** A row as the account that made the request sees it. */
export function toScimRequest(row: RequestRow): ScimRequest {
  return {
    id: row.id,
    accountId: "",
    requestTime: new Date(row.requestTime),
    method: row.method,
    path: row.path,
    status: row.status,
    scimType: row.scimType ?? "",
    detail: row.detail ?? "",
    duration: { seconds: Math.floor(row.durationMicros / 1e6), nanos: (row.durationMicros % 1e6) * 1e3 },
    traceId: row.traceId ?? "",
    recordKind: row.recordKind ?? ScimRecordKind.SCIM_RECORD_KIND_UNSPECIFIED,
    recordId: row.recordId ?? "",
    tokenId: row.tokenId ?? "",
    userAgent: row.userAgent ?? "",
  };
}

// Longer is no request's, and less than a number holds exactly.
const LONGEST_SECONDS = 86_400;

function toMicros(duration: ScimRequest["duration"]): number {
  if (!duration) return 0;
  const seconds = Math.min(Math.max(duration.seconds, 0), LONGEST_SECONDS);
  return Math.max(Math.round(seconds * 1e6 + duration.nanos / 1e3), 0);
}

function cut(text: string, limit: number): string | null {
  // PostgreSQL holds no U+0000.
  return firstCharacters(text.replaceAll("\u0000", "\ufffd"), limit) || null;
}

function knownKind(kind: ScimRecordKind): ScimRecordKind | null {
  return kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER || kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP
    ? kind
    : null;
}
