import { type Code, ConnectError } from "@connectrpc/connect";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { Status } from "@rollcall/proto/grpc/google/rpc/status";
import { fromServiceError, StatusError, toServiceError } from "@rollcall/runtime/status";

const DETAILS = "grpc-status-details-bin";

/**
 * The error of a call for Connect clients: the same code, sentence and details.
 * A status that grpc-js made by itself gets a sentence of ours, since its own
 * tell addresses of the inside.
 */
export function toConnectError(error: unknown): ConnectError {
  const { code, details: message, metadata } = isOfService(error) ? error : toServiceError(withoutInside(error));
  const encoded = metadata?.get(DETAILS)[0];
  const details = Buffer.isBuffer(encoded) ? Status.decode(encoded).details : [];
  const connectError = new ConnectError(message, code as number as Code);
  connectError.details = details.map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
    value: new Uint8Array(value),
  }));
  return connectError;
}

function isOfService(error: unknown): error is ServiceError {
  if (!(error instanceof Error) || !("metadata" in error) || !(error.metadata instanceof Metadata)) return false;
  return error.metadata.get(DETAILS).length > 0;
}

function withoutInside(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const { code, reason } = fromServiceError(error);
  return new StatusError(code, reason, SENTENCES[code] ?? "The server failed to answer.");
}

const SENTENCES: Partial<Record<status, string>> = {
  [status.UNAVAILABLE]: "The service cannot answer at present. Try again in a few seconds.",
  [status.DEADLINE_EXCEEDED]: "The service did not answer in time.",
  [status.CANCELLED]: "The call was cancelled.",
  [status.UNIMPLEMENTED]: "The service does not offer this method yet.",
  [status.RESOURCE_EXHAUSTED]: "The message is too large.",
};
