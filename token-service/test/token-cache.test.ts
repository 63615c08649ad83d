import { status } from "@grpc/grpc-js";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { createTokenCache, type TokenCache } from "@rollcall/runtime/authenticate";
import { bearerMetadata, callerMetadata } from "@rollcall/runtime/client";
import { digestOf, generateToken } from "@rollcall/runtime/token";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS } from "../src/domain/token.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
import {
  as,
  createTestClock,
  type Issued,
  logger,
  startTestTokenService,
  type TestTokenService,
} from "./token-service.ts";

const { TOKEN_SCOPE_OWNER: OWNER, TOKEN_SCOPE_SCIM: SCIM } = TokenScope;

const invalid = { code: status.UNAUTHENTICATED, reason: "TOKEN_INVALID" };
const unavailable = {
  code: status.UNAVAILABLE,
  reason: "TOKEN_VERIFICATION_UNAVAILABLE",
  retryAfterSeconds: 5,
};

let service: TestTokenService;
let owner: Issued;
let proxy: TcpProxy;
let cache: TokenCache;
let clock: ReturnType<typeof createTestClock>;

beforeEach(async () => {
  service = await startTestTokenService();
  owner = await service.issue("acme", OWNER);
  proxy = await startTcpProxy(service.address);
  clock = createTestClock();
  cache = createTokenCache({ tokenAddress: proxy.address, serviceToken: service.serviceToken, logger, now: clock.now });
  await cache.ready;
});

afterEach(async () => {
  cache.close();
  await proxy.close();
  await service.close();
});

/** Verifies, with what is thrown at once as a rejection like any other. */
async function verify(secret: string) {
  return cache.verifySecret(secret);
}

/** Moves both clocks. The jump makes the stream look long silent, so something has to happen on it. */
async function passDays(days: number): Promise<void> {
  service.clock.advance(days * DAY_MS);
  clock.advance(days * DAY_MS);
  await service.issue("acme");
  await until(() => succeeds(verify(owner.secret)));
}

/** Waits until a secret is answered at once, so from memory. */
async function untilKnown(secret: string): Promise<void> {
  await until(() => {
    const answer = cache.verifySecret(secret);
    if (!(answer instanceof Promise)) return true;
    answer.catch(() => {});
    return false;
  });
}

/** Milliseconds until a secret is refused as invalid. */
async function untilRefused(secret: string): Promise<number> {
  const start = performance.now();
  await until(async () => (await verify(secret).catch(({ reason }) => reason)) === invalid.reason);
  return performance.now() - start;
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; ; ) {
    if (await holds()) return;
    if (performance.now() > deadline) throw new Error("It did not come to hold in 10 s.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("a token cache", () => {
  it("answers known tokens at once, with implied scopes", () => {
    const caller = cache.verifySecret(owner.secret);
    expect(caller).not.toBeInstanceOf(Promise);
    expect(caller).toMatchObject({ tokenId: owner.token.id, accountId: "acme" });
    expect(cache.authenticate(bearerMetadata(owner.secret))).toBe(caller);
    expect(cache.authenticate(callerMetadata({ digest: digestOf(owner.secret), traceparent: "" }))).toBe(caller);
    expect(cache.verifyDigest(digestOf(owner.secret))).toBe(caller);
  });

  it("accepts a token from the moment of its issue, and knows it soon after", async () => {
    const { token, secret } = await service.issue("acme");
    expect(await verify(secret)).toMatchObject({ tokenId: token.id, accountId: "acme" });
    await untilKnown(secret);
  });

  it("refuses an unknown token", async () => {
    await expect(verify(generateToken())).rejects.toMatchObject(invalid);
  });

  it("refuses a revoked token within a second", async () => {
    const { token, secret } = await service.issue("acme");
    await untilKnown(secret);
    await service.client.revokeToken({ id: token.id }, as(owner.secret));
    expect(await untilRefused(secret)).toBeLessThan(1_000);
  });

  it("accepts both tokens of a rotation on day 29, the successor alone on day 31", async () => {
    const old = await service.issue("acme");
    const { secret } = await service.client.rotateToken({ id: old.token.id }, as(owner.secret));
    await untilKnown(secret);
    await untilKnown(old.secret);
    await passDays(29);
    await expect(verify(old.secret)).resolves.toBeDefined();
    await expect(verify(secret)).resolves.toBeDefined();
    await passDays(2);
    await expect(verify(old.secret)).rejects.toMatchObject(invalid);
    await expect(verify(secret)).resolves.toBeDefined();
  });

  it("refuses a token whose time has come without asking anybody", async () => {
    const ttl = { seconds: 20, nanos: 0 };
    const request = { accountId: "", scopes: [SCIM], label: "", ttl };
    const { secret } = await service.client.issueToken(request, as(owner.secret));
    await untilKnown(secret);
    proxy.cut();
    clock.advance(19_000);
    await expect(verify(secret)).resolves.toBeDefined();
    clock.advance(1_001);
    expect(() => cache.verifySecret(secret)).toThrow(expect.objectContaining(invalid));
  });
});

describe("a token cache whose stream is cut", () => {
  it("serves for 30 seconds, then says that it cannot verify, then recovers", async () => {
    const revoked = await service.issue("acme");
    await untilKnown(revoked.secret);
    proxy.cut();
    clock.advance(29_000);
    await expect(verify(owner.secret)).resolves.toMatchObject({ accountId: "acme" });
    await service.client.revokeToken({ id: revoked.token.id }, as(owner.secret));
    clock.advance(1_500);
    for (const secret of [owner.secret, revoked.secret, generateToken()])
      await expect(verify(secret)).rejects.toMatchObject(unavailable);

    proxy.restore();
    await until(() => succeeds(verify(owner.secret)));
    await expect(verify(revoked.secret)).rejects.toMatchObject(invalid);
  });

  it("says of a token that it does not know that it cannot verify, never that it is invalid", async () => {
    proxy.cut();
    await expect(verify(generateToken())).rejects.toMatchObject(unavailable);
    const { secret } = await service.issue("acme");
    await expect(verify(secret)).rejects.toMatchObject(unavailable);
    proxy.restore();
    await until(() => succeeds(verify(secret)));
  });

  it("still tells a malformed token at once", async () => {
    proxy.cut();
    clock.advance(60_000);
    await expect(verify(`${owner.secret.slice(0, -1)}!`)).rejects.toMatchObject({ reason: "TOKEN_MALFORMED" });
  });

  it("does not trust a stream that is frozen but not closed", async () => {
    proxy.freeze();
    clock.advance(30_500);
    await expect(verify(owner.secret)).rejects.toMatchObject(unavailable);
  });

  it("follows a token-service that restarts", async () => {
    const { token, secret } = await service.issue("acme");
    await untilKnown(secret);
    await service.stopServer();
    await expect(verify(secret)).resolves.toBeDefined();
    await service.startServer();
    // The test's own connection has to come back, too.
    await until(() => succeeds(service.client.revokeToken({ id: token.id }, as(owner.secret))));
    expect(await untilRefused(secret)).toBeLessThan(5_000);
    await expect(verify(owner.secret)).resolves.toBeDefined();
  });
});
