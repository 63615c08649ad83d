import { status } from "@grpc/grpc-js";
import { TokenScope, TokenState } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { callerMetadata } from "@rollcall/runtime/client";
import { digestOf, fingerprintOf, generateToken, isWellFormedToken } from "@rollcall/runtime/token";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, startTestTokenService, type TestTokenService } from "../../test/token-service.ts";
import { DAY_MS } from "../domain/token.ts";

const { TOKEN_SCOPE_OWNER: OWNER, TOKEN_SCOPE_SCIM: SCIM, TOKEN_SCOPE_ADMINISTRATOR: ADMINISTRATOR } = TokenScope;
const UNKNOWN_ID = "01900000-0000-7000-8000-000000000000";

let service: TestTokenService;

beforeAll(async () => {
  service = await startTestTokenService();
});

afterAll(() => service.close());

const invalid = { code: status.UNAUTHENTICATED, reason: "TOKEN_INVALID" };
const notFound = { code: status.NOT_FOUND, reason: "TOKEN_NOT_FOUND" };
const scopeMissing = { code: status.PERMISSION_DENIED, reason: "SCOPE_MISSING" };

describe("IssueToken", () => {
  it("makes a token of one year that works at once and is kept as a fingerprint only", async () => {
    const { accountId, owner } = await service.newAccount();
    const request = { accountId: "", scopes: [SCIM], label: "Okta, production" };
    const { token, secret } = await service.client.issueToken(request, as(owner.secret));
    expect(isWellFormedToken(secret)).toBe(true);
    expect(token).toMatchObject({
      accountId,
      scopes: [SCIM],
      label: "Okta, production",
      state: TokenState.TOKEN_STATE_ACTIVE,
      predecessorId: "",
      creatorId: owner.token.id,
      lastFour: secret.slice(-4),
    });
    expect(Number(token?.endTime) - Number(token?.createTime)).toBe(365 * DAY_MS);
    expect(await service.verify(secret)).toEqual(token);
    await expectNowhereInDatabase(secret);
  });

  it("lets an operator make tokens for any account, and wants to be told which", async () => {
    const issued = await service.issue("some-account", OWNER, SCIM);
    expect(issued.token).toMatchObject({ accountId: "some-account", scopes: [SCIM, OWNER] });
    const request = { accountId: "", scopes: [SCIM], label: "" };
    await expect(service.client.issueToken(request, as(service.operatorToken))).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      violations: [{ field: "account_id" }],
    });
  });

  it("keeps owners to their own account and to an account's scopes", async () => {
    const { accountId, owner } = await service.newAccount();
    const issue = (wanted: string, scope: TokenScope) =>
      service.client.issueToken({ accountId: wanted, scopes: [scope], label: "" }, as(owner.secret));
    await expect(issue(accountId, OWNER)).resolves.toBeDefined();
    await expect(issue("another", SCIM)).rejects.toMatchObject(scopeMissing);
    for (const scope of [TokenScope.TOKEN_SCOPE_OPERATOR, TokenScope.TOKEN_SCOPE_SERVICE])
      await expect(issue("", scope)).rejects.toMatchObject({
        reason: "FIELD_INVALID",
        violations: [{ field: "scopes" }],
      });
  });

  it("serves a caller whom the gateway names by digest", async () => {
    const { accountId, owner } = await service.newAccount();
    const metadata = callerMetadata({ digest: digestOf(owner.secret), traceparent: "" });
    const { tokens } = await service.client.listTokens({ accountId: "" }, { metadata });
    expect(tokens.map((token) => token.accountId)).toEqual([accountId]);
  });
});

describe("who may call", () => {
  it.each([SCIM, ADMINISTRATOR, TokenScope.TOKEN_SCOPE_DIRECTORY_WRITE])(
    "refuses a token of scope %i everything",
    async (scope) => {
      const { secret, token } = await service.issue("acme", scope);
      const options = as(secret);
      const { client } = service;
      const calls = [
        client.issueToken({ accountId: "", scopes: [SCIM], label: "" }, options),
        client.rotateToken({ id: token.id }, options),
        client.revokeToken({ id: token.id }, options),
        client.listTokens({ accountId: "" }, options),
        client.verifyToken({ digest: digestOf(secret) }, options),
        client.watchTokens({ sinceVersion: 0 }, options)[Symbol.asyncIterator]().next(),
      ];
      await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(scopeMissing)));
    },
  );

  it("refuses owners what is for services, and services what is for owners", async () => {
    const { owner } = await service.newAccount();
    await expect(
      service.client.verifyToken({ digest: digestOf(owner.secret) }, as(owner.secret)),
    ).rejects.toMatchObject(scopeMissing);
    await expect(service.client.listTokens({ accountId: "acme" }, as(service.serviceToken))).rejects.toMatchObject(
      scopeMissing,
    );
  });

  it("refuses a caller without a token, with half of one, and with an unknown one", async () => {
    const list = { accountId: "" };
    await expect(service.client.listTokens(list)).rejects.toMatchObject({ reason: "TOKEN_MISSING" });
    await expect(service.client.listTokens(list, as("rct_half"))).rejects.toMatchObject({ reason: "TOKEN_MALFORMED" });
    await expect(service.client.listTokens(list, as(generateToken()))).rejects.toMatchObject(invalid);
  });
});

describe("ids", () => {
  it("of another account answer exactly as unknown ones do, and change nothing", async () => {
    const { owner } = await service.newAccount();
    const other = await service.issue("other-account");
    for (const call of [service.client.rotateToken, service.client.revokeToken]) {
      const answers = await Promise.all(
        [other.token.id, UNKNOWN_ID, "not-a-uuid", "", `${UNKNOWN_ID}'--`].map((id) =>
          call({ id }, as(owner.secret)).catch(({ code, reason, message, metadata }) => ({
            code,
            reason,
            message,
            metadata,
          })),
        ),
      );
      expect(answers[0]).toMatchObject(notFound);
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
    expect((await service.verify(other.secret))?.state).toBe(TokenState.TOKEN_STATE_ACTIVE);
  });
});

describe("ListTokens", () => {
  it("gives the account's tokens, newest first, ended ones included", async () => {
    const { accountId, owner } = await service.newAccount();
    const tokens = [owner];
    for (let count = 0; count < 3; count++) {
      service.clock.advance(1_000);
      tokens.unshift(await service.issue(accountId));
    }
    await service.client.revokeToken({ id: tokens[1]?.token.id ?? "" }, as(owner.secret));
    const listed = await service.client.listTokens({ accountId: "" }, as(owner.secret));
    expect(listed.tokens.map(({ id }) => id)).toEqual(tokens.map(({ token }) => token.id));
    expect(listed.tokens[1]?.state).toBe(TokenState.TOKEN_STATE_REVOKED);
    expect(await service.client.listTokens({ accountId }, as(service.operatorToken))).toEqual(listed);
  });

  it("keeps owners to their own account, and wants an operator to say which", async () => {
    const { owner } = await service.newAccount();
    await expect(service.client.listTokens({ accountId: "other" }, as(owner.secret))).rejects.toMatchObject(
      scopeMissing,
    );
    await expect(service.client.listTokens({ accountId: "" }, as(service.operatorToken))).rejects.toMatchObject({
      reason: "FIELD_INVALID",
    });
  });
});

describe("VerifyToken", () => {
  it("says the same of unknown, expired and revoked tokens", async () => {
    const { accountId, owner } = await service.newAccount();
    const ttl = { seconds: 1, nanos: 0 };
    const request = { accountId: "", scopes: [SCIM], label: "", ttl };
    const expired = await service.client.issueToken(request, as(owner.secret));
    service.clock.advance(1_000);
    const revoked = await service.issue(accountId);
    await service.client.revokeToken({ id: revoked.token.id }, as(owner.secret));
    const errors = await Promise.all(
      [expired.secret, revoked.secret, generateToken()].map((secret) => service.verify(secret).catch((error) => error)),
    );
    for (const { code, reason, message } of errors)
      expect({ code, reason, message }).toEqual({ ...invalid, message: errors[0].message });
  });

  it("takes neither a fingerprint nor anything that is not 32 bytes", async () => {
    const { secret } = await service.issue("acme");
    const verifyDigest = (digest: Buffer) => service.client.verifyToken({ digest }, as(service.serviceToken));
    await expect(verifyDigest(fingerprintOf(digestOf(secret)))).rejects.toMatchObject(invalid);
    for (const digest of [Buffer.alloc(0), Buffer.alloc(31), Buffer.from(secret)])
      await expect(verifyDigest(digest)).rejects.toMatchObject({ violations: [{ field: "digest" }] });
  });
});

async function expectNowhereInDatabase(secret: string): Promise<void> {
  const client = new pg.Client({ connectionString: service.config.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query("select t::text as row from token t");
    const stored = rows.map(({ row }) => row).join("\n");
    expect(stored).toContain(fingerprintOf(digestOf(secret)).toString("hex"));
    expect(stored).not.toContain(secret.slice(4, 40));
    expect(stored).not.toContain(digestOf(secret).toString("hex"));
  } finally {
    await client.end();
  }
}
