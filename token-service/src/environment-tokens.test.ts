import { type Token, TokenServiceService } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { createClient, type RpcClient } from "@rollcall/runtime/client";
import { type Database, openDatabase } from "@rollcall/runtime/database";
import { digestOf, generateToken } from "@rollcall/runtime/token";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { as, startTestTokenService, type TestTokenService } from "../test/token-service.ts";
import { TokenEntity } from "./domain/token.ts";
import { ENVIRONMENT_GRACE_MS, type EnvironmentTokens, registerEnvironmentTokens } from "./environment-tokens.ts";
import { migrations } from "./migrations.ts";
import { currentVersion } from "./storage/changes.ts";

let service: TestTokenService | undefined;
let db: Database;
let client: RpcClient<TokenServiceService>;
let serviceToken: string;

beforeEach(async () => {
  await close();
  service = await startTestTokenService();
  ({ serviceToken } = service);
  const { databaseUrl: url } = service.config;
  db = await openDatabase({ url, entities: [TokenEntity], migrations, migrateCommand: "" });
  client = createClient(TokenServiceService, service.address);
});

afterAll(close);

async function close(): Promise<void> {
  client?.close();
  await db?.close();
  await service?.close();
}

/** What a start with these secrets does. */
function start(tokens: EnvironmentTokens): Promise<void> {
  return registerEnvironmentTokens(db, { serviceToken, ...tokens }, now);
}

function now(): number {
  return service?.clock.now() ?? 0;
}

async function verify(secret: string): Promise<Token | undefined> {
  return (await client.verifyToken({ digest: digestOf(secret) }, as(serviceToken))).token;
}

const invalid = { reason: "TOKEN_INVALID" };

describe("the tokens of the environment", () => {
  it("work, and stay as they are over restarts", async () => {
    const operatorToken = generateToken();
    await start({ operatorToken });
    const token = await verify(operatorToken);
    expect(token).toMatchObject({ accountId: "", scopes: [6], creatorId: "", endTime: undefined });
    const version = await currentVersion(db.pool);
    await start({ operatorToken });
    await start({ operatorToken });
    expect(await verify(operatorToken)).toEqual(token);
    expect(await currentVersion(db.pool)).toBe(version);
  });

  it("are replaced with an hour of grace for the processes that still call with the old one", async () => {
    const [old, replacement] = [generateToken(), generateToken()];
    await start({ operatorToken: old });
    await start({ operatorToken: replacement });
    expect(await verify(replacement)).toMatchObject({ endTime: undefined });
    expect(Number((await verify(old))?.endTime)).toBeLessThanOrEqual(now() + ENVIRONMENT_GRACE_MS);
    service?.clock.advance(ENVIRONMENT_GRACE_MS);
    await expect(verify(old)).rejects.toMatchObject(invalid);
    await expect(verify(replacement)).resolves.toBeDefined();
  });

  it("are two live at most: replacing again ends the oldest at once, a mere restart does not", async () => {
    const [first, second, third] = [generateToken(), generateToken(), generateToken()];
    await start({ operatorToken: first });
    await start({ operatorToken: second });
    await start({ operatorToken: second });
    await expect(verify(first)).resolves.toBeDefined();
    await start({ operatorToken: third });
    await expect(verify(first)).rejects.toMatchObject(invalid);
    await expect(verify(second)).resolves.toBeDefined();
    await expect(verify(third)).resolves.toBeDefined();
  });

  it("end after the grace period where they are configured no more, and live again where they are", async () => {
    const operatorToken = generateToken();
    await start({ operatorToken });
    await start({ operatorToken: undefined });
    await expect(verify(operatorToken)).resolves.toBeDefined();
    service?.clock.advance(ENVIRONMENT_GRACE_MS);
    await expect(verify(operatorToken)).rejects.toMatchObject(invalid);
    await start({ operatorToken });
    expect(await verify(operatorToken)).toMatchObject({ endTime: undefined, state: 1 });
  });

  it("are written once by replicas that start together", async () => {
    const operatorToken = generateToken();
    await Promise.all(Array.from({ length: 5 }, () => start({ operatorToken })));
    await expect(verify(operatorToken)).resolves.toBeDefined();
  });
});
