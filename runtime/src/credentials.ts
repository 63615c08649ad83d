import { type Metadata, status } from "@grpc/grpc-js";
import { type Token, TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { DIGEST_METADATA } from "./client.ts";
import type { Caller } from "./implement.ts";
import { StatusError } from "./status.ts";
import { digestOf, isWellFormedToken } from "./token.ts";

const DIGEST_BYTES = 32;

// An owner may do what an administrator may.
const IMPLIED: Partial<Record<TokenScope, TokenScope[]>> = {
  [TokenScope.TOKEN_SCOPE_OWNER]: [
    TokenScope.TOKEN_SCOPE_ADMINISTRATOR,
    TokenScope.TOKEN_SCOPE_DIRECTORY_READ,
    TokenScope.TOKEN_SCOPE_DIRECTORY_WRITE,
  ],
  [TokenScope.TOKEN_SCOPE_ADMINISTRATOR]: [
    TokenScope.TOKEN_SCOPE_DIRECTORY_READ,
    TokenScope.TOKEN_SCOPE_DIRECTORY_WRITE,
  ],
};

/**
 * The digest of the token that came with a call: as `authorization: Bearer`
 * from a client that holds the token, as a digest from the gateway.
 *
 * @throws StatusError UNAUTHENTICATED TOKEN_MISSING or TOKEN_MALFORMED
 */
export function presentedDigest(metadata: Metadata): Buffer {
  const authorization = metadata.get("authorization")[0];
  if (authorization !== undefined) return digestOfWellFormed(bearerIn(authorization.toString()));
  const digest = metadata.get(DIGEST_METADATA)[0];
  if (digest === undefined)
    throw new StatusError(status.UNAUTHENTICATED, "TOKEN_MISSING", "This needs a token: authorization: Bearer rct_….");
  if (!Buffer.isBuffer(digest) || digest.length !== DIGEST_BYTES)
    throw malformed(`${DIGEST_METADATA} is not a SHA-256 digest.`);
  return digest;
}

/**
 * The digest of a token whose checksum is right.
 *
 * @throws StatusError UNAUTHENTICATED TOKEN_MALFORMED
 */
export function digestOfWellFormed(secret: string): Buffer {
  if (isWellFormedToken(secret)) return digestOf(secret);
  throw malformed("The token is not complete: it lacks the form or the checksum of a Rollcall token.");
}

/** The caller that a token stands for, with the scopes that its scopes imply. */
export function callerOf({ id, accountId, scopes }: Pick<Token, "id" | "accountId" | "scopes">): Caller {
  return Object.freeze({
    tokenId: id,
    accountId,
    scopes: new Set(scopes.flatMap((scope) => [scope, ...(IMPLIED[scope] ?? [])])),
  });
}

/** UNAUTHENTICATED TOKEN_INVALID. Whether the token is unknown, expired or revoked is not said. */
export function tokenInvalid(metadata?: Record<string, string>): StatusError {
  const message = "The token is not valid: it is unknown, has expired or was revoked.";
  return new StatusError(status.UNAUTHENTICATED, "TOKEN_INVALID", message, metadata && { metadata });
}

/**
 * UNAVAILABLE TOKEN_VERIFICATION_UNAVAILABLE. Never UNAUTHENTICATED in its
 * place: an identity provider would take that for a wrong token, stop
 * provisioning and ask an administrator for another.
 */
export function tokenVerificationUnavailable(cause?: unknown): StatusError {
  return new StatusError(
    status.UNAVAILABLE,
    "TOKEN_VERIFICATION_UNAVAILABLE",
    "Tokens cannot be verified at present. Try again in a few seconds.",
    { retryAfterSeconds: 5, cause },
  );
}

// RFC 9110 section 11.1: schemes compare without regard to case.
function bearerIn(authorization: string): string {
  const match = /^bearer +(\S+) *$/i.exec(authorization);
  if (!match?.[1]) throw malformed("The authorization is not of the form Bearer rct_….");
  return match[1];
}

function malformed(message: string): StatusError {
  return new StatusError(status.UNAUTHENTICATED, "TOKEN_MALFORMED", message);
}
