import type { FastifyRequest } from "fastify";
import { ScimError } from "../scim/error.ts";

/** Throws ScimError 415 for a body that says it is not JSON, before it is read. */
export function refuseForeignBody({ headers }: FastifyRequest): void {
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  if (!hasBody) return;
  // RFC 7644 section 3.1; Google and JumpCloud send application/json.
  if (!JSON_TYPE.test(headers["content-type"] ?? ""))
    throw new ScimError(415, undefined, "The body must be application/scim+json or application/json.");
  if ((headers["content-encoding"] ?? "identity") !== "identity")
    throw new ScimError(415, undefined, "The body must not be compressed.");
}

const JSON_TYPE = /^application\/(?:scim\+)?json[ \t]*(?:;|$)/i;
