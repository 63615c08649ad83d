import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ScimError } from "../scim/error.ts";

/** Answers what is not HTTP, in SCIM form like everything else, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // The client is gone, or has been answered by halves.
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = FAULTS[error.code ?? ""] ?? [400, "The request is not valid HTTP."];
  const body = JSON.stringify(new ScimError(status, undefined, detail).toBody());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Content-Type: application/scim+json; charset=utf-8",
      "Cache-Control: no-store",
      "Connection: close",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}

const FAULTS: Record<string, [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, "The request's headers are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long to arrive."],
};
