import { Metadata, type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import { BadRequest, ErrorInfo, RetryInfo } from "@rollcall/proto/grpc/google/rpc/error_details";
import { Status } from "@rollcall/proto/grpc/google/rpc/status";
import type { Reason } from "@rollcall/proto/grpc/rollcall/error/v1/reason";
import { isTransient } from "./sql-state.ts";

/** A reason of rollcall/error/v1/reason.proto, as ErrorInfo carries it. */
export type ReasonName =
  Exclude<keyof typeof Reason, "REASON_UNSPECIFIED"> extends `REASON_${infer Name}` ? Name : never;

/** One field of a request and what is wrong with it, in a sentence without the field's name. */
export interface FieldViolation {
  /** Path of the field in the request, in snake_case. */
  field: string;
  description: string;
}

interface StatusErrorOptions {
  /** Every variable of the message, for programs (AIP-193). */
  metadata?: Record<string, string>;
  violations?: FieldViolation[];
  /** When it makes sense to try again. Seconds. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An error with a gRPC status and a reason of the contract. Its message is for the caller to read. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly code: status;
  readonly reason: ReasonName;
  readonly metadata: Record<string, string>;
  readonly violations: FieldViolation[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: status, reason: ReasonName, message: string, options: StatusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.reason = reason;
    this.metadata = options.metadata ?? {};
    this.violations = options.violations ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** INVALID_ARGUMENT with a violation per field. At least one. */
export function fieldInvalid(violations: FieldViolation[]): StatusError {
  const message = violations.map(({ field, description }) => `${field}: ${description}`).join(" ");
  return new StatusError(status.INVALID_ARGUMENT, "FIELD_INVALID", message, { violations });
}

/**
 * What a server answers for anything thrown: the status with one
 * google.rpc.ErrorInfo and, where there are any, BadRequest and RetryInfo. A
 * database that is away or busy is UNAVAILABLE: identity providers retry that,
 * and count other errors towards giving up. Any other error that is not a
 * StatusError is a fault; the caller learns nothing of it.
 */
export function toServiceError(error: unknown): Partial<StatusObject> & { code: status; details: string } {
  const known = error instanceof StatusError ? error : isTransient(error) ? databaseAway(error) : internal(error);
  const details = [pack("google.rpc.ErrorInfo", ErrorInfo.encode(errorInfo(known)).finish())];
  if (known.violations.length > 0) {
    const fieldViolations = known.violations.map((violation) => ({
      ...violation,
      reason: "",
      localizedMessage: undefined,
    }));
    details.push(pack("google.rpc.BadRequest", BadRequest.encode({ fieldViolations }).finish()));
  }
  if (known.retryAfterSeconds !== undefined) {
    const retryDelay = { seconds: known.retryAfterSeconds, nanos: 0 };
    details.push(pack("google.rpc.RetryInfo", RetryInfo.encode({ retryDelay }).finish()));
  }
  const metadata = new Metadata();
  const message = Status.encode({ code: known.code, message: known.message, details }).finish();
  metadata.set("grpc-status-details-bin", Buffer.from(message));
  return { code: known.code, details: known.message, metadata };
}

/** The StatusError behind an error that a grpc-js client gave. */
export function fromServiceError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (!isServiceError(error)) return internal(error);
  const encoded = error.metadata?.get("grpc-status-details-bin")[0];
  const details = Buffer.isBuffer(encoded) ? Status.decode(encoded).details : [];
  const info = find(details, "google.rpc.ErrorInfo", ErrorInfo.decode);
  const badRequest = find(details, "google.rpc.BadRequest", BadRequest.decode);
  const retryInfo = find(details, "google.rpc.RetryInfo", RetryInfo.decode);
  return new StatusError(error.code, (info?.reason as ReasonName | undefined) ?? reasonOf(error.code), error.details, {
    metadata: info?.metadata ?? {},
    violations: (badRequest?.fieldViolations ?? []).map(({ field, description }) => ({ field, description })),
    ...(retryInfo?.retryDelay ? { retryAfterSeconds: retryInfo.retryDelay.seconds } : {}),
    cause: error,
  });
}

function databaseAway(cause: unknown): StatusError {
  return new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "The database cannot answer at present. Try again.", {
    retryAfterSeconds: 2,
    cause,
  });
}

function internal(cause: unknown): StatusError {
  return new StatusError(status.INTERNAL, "INTERNAL", "The server failed to answer. The fault has been logged.", {
    cause,
  });
}

function errorInfo(error: StatusError): ErrorInfo {
  return { reason: error.reason, domain: "rollcall", metadata: error.metadata };
}

function pack(type: string, value: Uint8Array) {
  return { typeUrl: `type.googleapis.com/${type}`, value: Buffer.from(value) };
}

function find<T>(details: Status["details"], type: string, decode: (input: Uint8Array) => T): T | undefined {
  const detail = details.find(({ typeUrl }) => typeUrl.endsWith(`/${type}`));
  return detail && decode(detail.value);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}

/** Statuses that grpc-js itself makes carry no ErrorInfo: a dead server, a passed deadline, too large a message. */
function reasonOf(code: status): ReasonName {
  if (code === status.RESOURCE_EXHAUSTED) return "RESPONSE_TOO_LARGE";
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED || code === status.CANCELLED
    ? "UNAVAILABLE"
    : "INTERNAL";
}
