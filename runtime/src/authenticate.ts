import type { Metadata } from "@grpc/grpc-js";
import {
  TokenServiceService,
  TokenState,
  type WatchedToken,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { bearerMetadata, createClient, type RpcClient } from "./client.ts";
import {
  callerOf,
  digestOfWellFormed,
  presentedDigest,
  tokenInvalid,
  tokenVerificationUnavailable,
} from "./credentials.ts";
import type { Caller } from "./implement.ts";
import type { Logger } from "./log.ts";
import { StatusError } from "./status.ts";
import { fingerprintOf } from "./token.ts";
import { followTokens } from "./token-watch.ts";

/**
 * Tells who calls, from memory. Known tokens are answered at once; a promise
 * is given only where token-service has to be asked.
 *
 * All three throw, or reject with, a StatusError: UNAUTHENTICATED
 * (TOKEN_MISSING, TOKEN_MALFORMED, TOKEN_INVALID), or UNAVAILABLE
 * (TOKEN_VERIFICATION_UNAVAILABLE) when token-service has been away for too
 * long to say.
 */
export interface TokenCache {
  /** The caller of a gRPC call. */
  authenticate(metadata: Metadata): Caller | Promise<Caller>;
  verifySecret(secret: string): Caller | Promise<Caller>;
  /** `digest`: SHA-256 of the secret. */
  verifyDigest(digest: Uint8Array): Caller | Promise<Caller>;
  /** Resolves when every live token is known for the first time. */
  ready: Promise<void>;
  close(): void;
}

interface TokenCacheOptions {
  /** token-service's `host:port`. */
  tokenAddress: string;
  /** A token with scope SERVICE. */
  serviceToken: string;
  logger: Logger;
  /** Milliseconds since 1970. */
  now?: () => number;
}

interface KnownToken {
  caller: Caller;
  /** Milliseconds since 1970; Infinity for never. */
  endTime: number;
}

// How long tokens are trusted without word from token-service: so long a
// revocation may take to arrive where the network is cut.
const TRUST_MS = 30_000;
const VERIFY_TIMEOUT_MS = 2_000;
// A flood of made-up tokens must not become one on token-service.
const VERIFY_CONCURRENCY = 256;
const REFUSAL_MS = 5_000;
const REFUSALS = 10_000;

/** A token cache that token-service's WatchTokens keeps true. */
export function createTokenCache({
  tokenAddress,
  serviceToken,
  logger,
  now = Date.now,
}: TokenCacheOptions): TokenCache {
  const client = createClient(TokenServiceService, tokenAddress);
  const metadata = bearerMetadata(serviceToken);
  const closing = new AbortController();
  let known = new Map<string, KnownToken>();
  let caughtUpAt = Number.NEGATIVE_INFINITY;
  const unknown = createUnknownTokens({ client, metadata, now });

  const ready = new Promise<void>((resolve) => {
    const listener = {
      replace(tokens: WatchedToken[]) {
        known = new Map();
        listener.change(tokens);
      },
      change(tokens: WatchedToken[]) {
        for (const watched of tokens) apply(known, watched);
      },
      caughtUp() {
        caughtUpAt = now();
        resolve();
      },
    };
    void followTokens({ client, metadata, logger, listener, signal: closing.signal });
  });

  function verifyDigest(digest: Uint8Array): Caller | Promise<Caller> {
    const time = now();
    if (time - caughtUpAt > TRUST_MS) throw tokenVerificationUnavailable();
    const fingerprint = fingerprintOf(digest).toString("hex");
    const token = known.get(fingerprint);
    if (token === undefined) return unknown.verify(digest, fingerprint);
    // End times only ever move closer, so there is nobody to ask.
    if (token.endTime <= time) throw tokenInvalid();
    return token.caller;
  }

  return {
    authenticate: (callMetadata) => verifyDigest(presentedDigest(callMetadata)),
    verifySecret: (secret) => verifyDigest(digestOfWellFormed(secret)),
    verifyDigest,
    ready,
    close() {
      closing.abort();
      client.close();
    },
  };
}

function apply(known: Map<string, KnownToken>, { token, fingerprint }: WatchedToken): void {
  const key = fingerprint.toString("hex");
  if (token?.state === TokenState.TOKEN_STATE_ACTIVE || token?.state === TokenState.TOKEN_STATE_RETIRING)
    known.set(key, { caller: callerOf(token), endTime: token.endTime?.getTime() ?? Number.POSITIVE_INFINITY });
  else known.delete(key);
}

/**
 * Asks token-service about tokens that the watch has not brought: one issued a
 * millisecond ago may be on its way. What it accepts is not remembered here,
 * since a revocation may already have passed; the watch will bring it. What it
 * refuses is, for a moment, since clients repeat themselves.
 */
function createUnknownTokens({
  client,
  metadata,
  now,
}: {
  client: RpcClient<TokenServiceService>;
  metadata: Metadata;
  now: () => number;
}) {
  const asked = new Map<string, Promise<Caller>>();
  // Fingerprint to the time until which it is refused; oldest first.
  const refused = new Map<string, number>();

  async function ask(digest: Uint8Array, fingerprint: string): Promise<Caller> {
    try {
      const request = { digest: Buffer.from(digest) };
      const { token } = await client.verifyToken(request, { metadata, timeoutMs: VERIFY_TIMEOUT_MS });
      if (!token) throw new Error("VerifyToken answered without a token.");
      return callerOf(token);
    } catch (error) {
      if (!isRefusal(error)) throw tokenVerificationUnavailable(error);
      refused.delete(fingerprint);
      refused.set(fingerprint, now() + REFUSAL_MS);
      const [oldest] = refused.keys();
      if (refused.size > REFUSALS && oldest !== undefined) refused.delete(oldest);
      throw tokenInvalid();
    } finally {
      asked.delete(fingerprint);
    }
  }

  return {
    verify(digest: Uint8Array, fingerprint: string): Promise<Caller> {
      if ((refused.get(fingerprint) ?? 0) > now()) throw tokenInvalid();
      const pending = asked.get(fingerprint);
      if (pending) return pending;
      if (asked.size >= VERIFY_CONCURRENCY) throw tokenVerificationUnavailable();
      const asking = ask(digest, fingerprint);
      asked.set(fingerprint, asking);
      return asking;
    },
  };
}

/**
 * Whether token-service refused the digest. It says UNAUTHENTICATED of this
 * process's own token too, and that must not read as the caller's fault.
 */
function isRefusal(error: unknown): boolean {
  return error instanceof StatusError && error.reason === "TOKEN_INVALID" && error.metadata["field"] === "digest";
}
