import { status } from "@grpc/grpc-js";
import {
  type Token,
  TokenScope,
  TokenServiceService,
  TokenState,
  type VerifyTokenResponse,
  type WatchTokensResponse,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTokenCache, type TokenCache } from "./authenticate.ts";
import { tokenInvalid } from "./credentials.ts";
import { type Handlers, implement, type Permissions } from "./implement.ts";
import { createLogger } from "./log.ts";
import { type RunningServer, startServer } from "./server.ts";
import { StatusError } from "./status.ts";
import { digestOf, fingerprintOf, generateToken } from "./token.ts";

// A token-service that follows a script, for what the real one does seldom.
let script: {
  verify(digest: Buffer): Promise<VerifyTokenResponse>;
  watch(sinceVersion: number, signal: AbortSignal): AsyncIterable<WatchTokensResponse>;
};
let verified: number;
let watchedFrom: number[];
let server: RunningServer;
let cache: TokenCache;
let ahead: number;

const logger = createLogger("test", "silent");
const known = generateToken();
const snapshot = { reset: true, tokens: [watched(known, "known")], version: 7 };
const invalid = { code: status.UNAUTHENTICATED, reason: "TOKEN_INVALID" };
const unavailable = { code: status.UNAVAILABLE, reason: "TOKEN_VERIFICATION_UNAVAILABLE" };

beforeEach(async () => {
  verified = 0;
  watchedFrom = [];
  ahead = 0;
  script = {
    async verify() {
      throw tokenInvalid({ field: "digest" });
    },
    async *watch(_sinceVersion, signal) {
      yield snapshot;
      await aborted(signal);
    },
  };
  const notScripted = async () => {
    throw new Error("This is not part of the script.");
  };
  const handlers: Handlers<TokenServiceService> = {
    issueToken: notScripted,
    rotateToken: notScripted,
    revokeToken: notScripted,
    listTokens: notScripted,
    async verifyToken({ digest }) {
      verified++;
      return script.verify(digest);
    },
    watchTokens({ sinceVersion }, { signal }) {
      watchedFrom.push(sinceVersion);
      return script.watch(sinceVersion, signal);
    },
  };
  const permission = { scopes: [TokenScope.TOKEN_SCOPE_SERVICE], account: "any" as const };
  const permissions = Object.fromEntries(Object.keys(handlers).map((name) => [name, permission]));
  const service = implement(TokenServiceService, permissions as Permissions<TokenServiceService>, handlers, {
    authenticate: () => ({ tokenId: "", accountId: "", scopes: new Set([TokenScope.TOKEN_SCOPE_SERVICE]) }),
    logger,
  });
  server = await startServer({ address: "127.0.0.1:0", services: [service], reflection: false });
});

afterEach(async () => {
  cache.close();
  await server.drain();
});

function startCache(): void {
  const tokenAddress = `127.0.0.1:${server.port}`;
  const now = () => Date.now() + ahead;
  cache = createTokenCache({ tokenAddress, serviceToken: generateToken(), logger, now });
}

async function verify(secret: string) {
  return cache.verifySecret(secret);
}

describe("a token that the watch has not brought", () => {
  beforeEach(async () => {
    startCache();
    await cache.ready;
  });

  it("is asked for once, however many calls bring it at a time", async () => {
    script.verify = async () => ({ token: token("fresh") });
    const secret = generateToken();
    const callers = await Promise.all(Array.from({ length: 20 }, () => verify(secret)));
    for (const caller of callers) expect(caller.tokenId).toBe("fresh");
    expect(verified).toBe(1);
  });

  it("is refused from memory for 5 seconds, then asked for again", async () => {
    const secret = generateToken();
    await expect(verify(secret)).rejects.toMatchObject(invalid);
    await expect(verify(secret)).rejects.toMatchObject(invalid);
    expect(verified).toBe(1);
    ahead += 5_001;
    await expect(verify(secret)).rejects.toMatchObject(invalid);
    expect(verified).toBe(2);
  });

  it("is not refused because token-service refuses this process's own token", async () => {
    script.verify = async () => {
      throw tokenInvalid();
    };
    await expect(verify(generateToken())).rejects.toMatchObject(unavailable);
  });

  it("is not refused because token-service fails", async () => {
    script.verify = async () => {
      throw new Error("The database is away.");
    };
    await expect(verify(generateToken())).rejects.toMatchObject({ ...unavailable, retryAfterSeconds: 5 });
  });

  it("costs token-service no more than 256 calls at a time in a flood", async () => {
    const release = Promise.withResolvers<VerifyTokenResponse>();
    script.verify = () => release.promise;
    const flood = Array.from({ length: 300 }, () =>
      verify(generateToken()).catch((error: StatusError) => error.reason),
    );
    await expect(verify(known)).resolves.toMatchObject({ tokenId: "known" });
    await expect.poll(() => verified).toBe(256);
    release.reject(tokenInvalid({ field: "digest" }));
    const reasons = await Promise.all(flood);
    expect(reasons.filter((reason) => reason === "TOKEN_INVALID")).toHaveLength(256);
    expect(reasons.filter((reason) => reason === "TOKEN_VERIFICATION_UNAVAILABLE")).toHaveLength(44);
  });
});

describe("the watch", () => {
  it("vouches for nothing before its first snapshot is complete", async () => {
    const complete = Promise.withResolvers<void>();
    script.watch = async function* (_sinceVersion, signal) {
      yield { reset: true, tokens: [watched(known, "known")], version: 0 };
      await complete.promise;
      yield { reset: false, tokens: [], version: 7 };
      await aborted(signal);
    };
    startCache();
    await expect(verify(known)).rejects.toMatchObject(unavailable);
    complete.resolve();
    await cache.ready;
    await expect(verify(known)).resolves.toMatchObject({ tokenId: "known" });
  });

  it("resumes by version after a cut, and forgets half a snapshot", async () => {
    const resumed = Promise.withResolvers<void>();
    const gone = generateToken();
    script.watch = async function* (sinceVersion, signal) {
      if (watchedFrom.length === 1) yield { ...snapshot, tokens: [...snapshot.tokens, watched(gone, "gone")] };
      if (watchedFrom.length === 2) yield { reset: true, tokens: [], version: 0 };
      if (watchedFrom.length < 3) throw new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "Cut.");
      yield {
        reset: false,
        tokens: [watched(gone, "gone", TokenState.TOKEN_STATE_REVOKED)],
        version: sinceVersion + 1,
      };
      resumed.resolve();
      await aborted(signal);
    };
    startCache();
    await resumed.promise;
    await expect.poll(() => verify(gone).catch((error) => error.reason)).toBe("TOKEN_INVALID");
    await expect(verify(known)).resolves.toMatchObject({ tokenId: "known" });
    expect(watchedFrom).toEqual([0, 7, 7]);
  });

  it("replaces what is known by a later snapshot", async () => {
    const other = generateToken();
    script.watch = async function* (_sinceVersion, signal) {
      yield snapshot;
      yield { reset: true, tokens: [watched(other, "other")], version: 0 };
      yield { reset: false, tokens: [], version: 3 };
      await aborted(signal);
    };
    startCache();
    await expect
      .poll(() =>
        verify(other).then(
          ({ tokenId }) => tokenId,
          () => "",
        ),
      )
      .toBe("other");
    await expect(verify(known)).rejects.toMatchObject(invalid);
  });
});

function watched(secret: string, id: string, state: TokenState = TokenState.TOKEN_STATE_ACTIVE) {
  return { token: token(id, state), fingerprint: fingerprintOf(digestOf(secret)) };
}

function token(id: string, state: TokenState = TokenState.TOKEN_STATE_ACTIVE): Token {
  const scopes = [TokenScope.TOKEN_SCOPE_SCIM];
  return { id, accountId: "acme", scopes, label: "", state, predecessorId: "", creatorId: "", lastFour: "" };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
