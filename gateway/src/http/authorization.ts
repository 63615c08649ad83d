import { status } from "@grpc/grpc-js";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { Caller } from "@rollcall/runtime/implement";
import { StatusError } from "@rollcall/runtime/status";

/**
 * The bearer token of a request (RFC 6750 section 2.1). It is read from the
 * Authorization header alone: in a URL it would end up in logs. Takes raw
 * headers, because a second Authorization is silently dropped from the parsed
 * ones. Throws UNAUTHENTICATED TOKEN_MISSING or TOKEN_MALFORMED.
 */
export function bearerSecret(rawHeaders: readonly string[]): string {
  let authorization: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length !== HEADER.length || name.toLowerCase() !== HEADER) continue;
    if (authorization !== undefined) throw malformed("The request has two Authorization headers.");
    authorization = rawHeaders[index + 1] as string;
  }
  if (authorization === undefined)
    throw new StatusError(
      status.UNAUTHENTICATED,
      "TOKEN_MISSING",
      "The request needs a token: send the header Authorization: Bearer rct_….",
    );
  const secret = BEARER.exec(authorization)?.[1];
  if (secret === undefined) throw malformed("The Authorization header is not of the form Bearer rct_….");
  return secret;
}

const HEADER = "authorization";

// RFC 9110 section 11.1: schemes compare without regard to case.
const BEARER = /^bearer +([^\s,]+) *$/i;

function malformed(message: string): StatusError {
  return new StatusError(status.UNAUTHENTICATED, "TOKEN_MALFORMED", message);
}

/** Throws PERMISSION_DENIED where a token is not one for the SCIM endpoint of an account. */
export function requireScimScope({ scopes, accountId }: Caller): void {
  if (scopes.has(TokenScope.TOKEN_SCOPE_SCIM) && accountId !== "") return;
  throw new StatusError(
    status.PERMISSION_DENIED,
    "SCOPE_MISSING",
    "The SCIM endpoint needs a token with scope scim of an account.",
    { metadata: { scopes: "scim" } },
  );
}
