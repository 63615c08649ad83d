import { status } from "@grpc/grpc-js";
import { TokenScope, TokenState } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, startTestTokenService, type TestTokenService } from "../../test/token-service.ts";
import { DAY_MS } from "../domain/token.ts";

const { TOKEN_SCOPE_OWNER: OWNER, TOKEN_SCOPE_SCIM: SCIM } = TokenScope;

const invalid = { code: status.UNAUTHENTICATED, reason: "TOKEN_INVALID" };
const notActive = { code: status.FAILED_PRECONDITION, reason: "TOKEN_NOT_ACTIVE" };

let service: TestTokenService;

beforeAll(async () => {
  service = await startTestTokenService();
});

afterAll(() => service.close());

describe("RotateToken", () => {
  it("leaves both live for 30 days: both on day 29, the successor alone on day 31", async () => {
    const own = await startTestTokenService();
    try {
      const owner = await own.issue("acme", OWNER);
      const old = await own.issue("acme", SCIM);
      const { token, secret, predecessor } = await own.client.rotateToken({ id: old.token.id }, as(owner.secret));
      expect(token).toMatchObject({
        accountId: "acme",
        scopes: [SCIM],
        label: old.token.label,
        state: TokenState.TOKEN_STATE_ACTIVE,
        predecessorId: old.token.id,
        creatorId: owner.token.id,
      });
      expect(predecessor).toMatchObject({ id: old.token.id, state: TokenState.TOKEN_STATE_RETIRING });
      expect(Number(predecessor?.endTime) - Number(token?.createTime)).toBe(30 * DAY_MS);

      own.clock.advance(29 * DAY_MS);
      expect((await own.verify(old.secret))?.state).toBe(TokenState.TOKEN_STATE_RETIRING);
      expect((await own.verify(secret))?.state).toBe(TokenState.TOKEN_STATE_ACTIVE);

      own.clock.advance(2 * DAY_MS);
      await expect(own.verify(old.secret)).rejects.toMatchObject(invalid);
      expect((await own.verify(secret))?.id).toBe(token?.id);
      const { tokens } = await own.client.listTokens({ accountId: "" }, as(owner.secret));
      const states = Object.fromEntries(tokens.map(({ id, state }) => [id, state]));
      expect(states[old.token.id]).toBe(TokenState.TOKEN_STATE_EXPIRED);
      await expect(own.client.rotateToken({ id: old.token.id }, as(owner.secret))).rejects.toMatchObject(notActive);
    } finally {
      await own.close();
    }
  });

  it("ends the old token at once with a grace period of 0", async () => {
    const { accountId, owner } = await service.newAccount();
    const old = await service.issue(accountId);
    const gracePeriod = { seconds: 0, nanos: 0 };
    const { secret, predecessor } = await service.client.rotateToken(
      { id: old.token.id, gracePeriod },
      as(owner.secret),
    );
    expect(predecessor?.state).toBe(TokenState.TOKEN_STATE_EXPIRED);
    await expect(service.verify(old.secret)).rejects.toMatchObject(invalid);
    await expect(service.verify(secret)).resolves.toBeDefined();
  });

  it("does not let a token live longer than it would have", async () => {
    const { owner } = await service.newAccount();
    const ttl = { seconds: 3_600, nanos: 0 };
    const old = await service.client.issueToken({ accountId: "", scopes: [SCIM], label: "", ttl }, as(owner.secret));
    const id = old.token?.id ?? "";
    const { predecessor, token } = await service.client.rotateToken({ id }, as(owner.secret));
    expect(predecessor?.endTime).toEqual(old.token?.endTime);
    expect(Number(token?.endTime) - Number(token?.createTime)).toBe(3_600_000);
  });

  it("keeps at most two of a line live: a second rotation ends the oldest", async () => {
    const { accountId, owner } = await service.newAccount();
    const first = await service.issue(accountId);
    const second = await service.client.rotateToken({ id: first.token.id }, as(owner.secret));
    const third = await service.client.rotateToken({ id: second.token?.id ?? "" }, as(owner.secret));
    await expect(service.verify(first.secret)).rejects.toMatchObject(invalid);
    expect((await service.verify(second.secret))?.state).toBe(TokenState.TOKEN_STATE_RETIRING);
    expect((await service.verify(third.secret))?.state).toBe(TokenState.TOKEN_STATE_ACTIVE);
  });

  it("refuses a retiring and a revoked token", async () => {
    const { accountId, owner } = await service.newAccount();
    const { token } = await service.issue(accountId);
    await service.client.rotateToken({ id: token.id }, as(owner.secret));
    await expect(service.client.rotateToken({ id: token.id }, as(owner.secret))).rejects.toMatchObject(notActive);
    const revoked = await service.issue(accountId);
    await service.client.revokeToken({ id: revoked.token.id }, as(owner.secret));
    await expect(service.client.rotateToken({ id: revoked.token.id }, as(owner.secret))).rejects.toMatchObject(
      notActive,
    );
  });

  it("lets exactly one of several rotations at a time win", async () => {
    const { accountId, owner } = await service.newAccount();
    const { token } = await service.issue(accountId);
    const rotations = Array.from({ length: 6 }, () => service.client.rotateToken({ id: token.id }, as(owner.secret)));
    const outcomes = await Promise.allSettled(rotations);
    const lost = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(lost).toHaveLength(5);
    for (const { reason } of lost) expect(reason).toMatchObject(notActive);
    const { tokens } = await service.client.listTokens({ accountId: "" }, as(owner.secret));
    expect(tokens.filter(({ predecessorId }) => predecessorId === token.id)).toHaveLength(1);
  });

  it("lets an owner rotate the token in use, and refuses a grace period of 91 days", async () => {
    const { owner } = await service.newAccount();
    const gracePeriod = { seconds: 91 * 86_400, nanos: 0 };
    await expect(
      service.client.rotateToken({ id: owner.token.id, gracePeriod }, as(owner.secret)),
    ).rejects.toMatchObject({ reason: "FIELD_INVALID", violations: [{ field: "grace_period" }] });
    const { secret } = await service.client.rotateToken({ id: owner.token.id }, as(owner.secret));
    await expect(service.client.listTokens({ accountId: "" }, as(secret))).resolves.toBeDefined();
  });
});

describe("RevokeToken", () => {
  it("ends a token at once, and repeating it changes nothing", async () => {
    const { accountId, owner } = await service.newAccount();
    const { token, secret } = await service.issue(accountId);
    const revoked = await service.client.revokeToken({ id: token.id }, as(owner.secret));
    expect(revoked.state).toBe(TokenState.TOKEN_STATE_REVOKED);
    await expect(service.verify(secret)).rejects.toMatchObject(invalid);
    service.clock.advance(5_000);
    expect(await service.client.revokeToken({ id: token.id }, as(owner.secret))).toEqual(revoked);
  });

  it("leaves the other of a line alone", async () => {
    const { accountId, owner } = await service.newAccount();
    const old = await service.issue(accountId);
    const successor = await service.client.rotateToken({ id: old.token.id }, as(owner.secret));
    await service.client.revokeToken({ id: successor.token?.id ?? "" }, as(owner.secret));
    await expect(service.verify(successor.secret)).rejects.toMatchObject(invalid);
    expect((await service.verify(old.secret))?.state).toBe(TokenState.TOKEN_STATE_RETIRING);
  });
});
