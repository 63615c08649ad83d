import { type Token, TokenScope, TokenServiceService } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { bearerMetadata, createClient, type RpcClient } from "@rollcall/runtime/client";
import { createLogger } from "@rollcall/runtime/log";
import { digestOf, generateToken } from "@rollcall/runtime/token";
import { createTestDatabase } from "../../test/database.ts";
import type { TokenServiceConfig } from "../src/config.ts";
import { startTokenService } from "../src/server.ts";

/** A token with its secret. */
export interface Issued {
  token: Token;
  secret: string;
}

/** A token-service on a database of its own, with a clock that a test moves. */
export interface TestTokenService {
  config: TokenServiceConfig;
  address: string;
  client: RpcClient<TokenServiceService>;
  operatorToken: string;
  serviceToken: string;
  clock: TestClock;
  /** Issues a token as the operator. */
  issue(accountId: string, ...scopes: TokenScope[]): Promise<Issued>;
  /** An account of a test's own, with an owner. */
  newAccount(): Promise<{ accountId: string; owner: Issued }>;
  /** Verifies as a service does. Rejects with what VerifyToken answers. */
  verify(secret: string): Promise<Token | undefined>;
  stopServer(): Promise<void>;
  /** Starts the server again on the same port. */
  startServer(): Promise<void>;
  close(): Promise<void>;
}

/** A clock that runs as the real one does, ahead by what a test has added. Milliseconds. */
export interface TestClock {
  now(): number;
  advance(ms: number): void;
}

/** Writes nothing. */
export const logger = createLogger("test", "silent");

/** How to call with a token. */
export function as(secret: string) {
  return { metadata: bearerMetadata(secret) };
}

/** A clock that is not ahead yet. */
export function createTestClock(): TestClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}

/** Starts token-service on free ports with a database of its own. */
export async function startTestTokenService(): Promise<TestTokenService> {
  const database = await createTestDatabase("token");
  const clock = createTestClock();
  const operatorToken = generateToken();
  const serviceToken = generateToken();
  const config: TokenServiceConfig = {
    grpcAddress: "127.0.0.1:0",
    databaseUrl: database.url,
    operatorToken,
    serviceToken,
    drainDelayMs: 0,
    reflection: false,
    logLevel: "silent",
  };
  let server = await startTokenService(config, logger, clock);
  config.grpcAddress = `127.0.0.1:${server.port}`;
  const client = createClient(TokenServiceService, config.grpcAddress);
  const issue = async (accountId: string, ...scopes: TokenScope[]): Promise<Issued> => {
    const request = { accountId, scopes: scopes.length > 0 ? scopes : [TokenScope.TOKEN_SCOPE_SCIM], label: "Test" };
    const { token, secret } = await client.issueToken(request, as(operatorToken));
    if (!token) throw new Error("IssueToken answered without a token.");
    return { token, secret };
  };
  let accounts = 0;
  return {
    config,
    address: config.grpcAddress,
    client,
    operatorToken,
    serviceToken,
    clock,
    issue,
    async newAccount() {
      const accountId = `account-${++accounts}`;
      return { accountId, owner: await issue(accountId, TokenScope.TOKEN_SCOPE_OWNER) };
    },
    async verify(secret) {
      return (await client.verifyToken({ digest: digestOf(secret) }, as(serviceToken))).token;
    },
    stopServer: () => server.stop(),
    async startServer() {
      server = await startTokenService(config, logger, clock);
    },
    async close() {
      client.close();
      await server.stop();
      await database.drop();
    },
  };
}
