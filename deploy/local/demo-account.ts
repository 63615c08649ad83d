import { status } from "@grpc/grpc-js";
import {
  AccountEnvironment,
  AccountServiceService,
  CreateAccountRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  IssueTokenRequest,
  TokenScope,
  TokenServiceService,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { bearerMetadata, createClient, type RpcClient } from "@rollcall/runtime/client";
import { StatusError } from "@rollcall/runtime/status";
import { digestOf } from "@rollcall/runtime/token";
import type { Secrets } from "./secrets.ts";

/** Id of the account that every local instance has. */
export const demoAccount = "demo";

/** What the demo account is entered with. */
export type DemoTokens = Required<Pick<Secrets, "scimToken" | "ownerToken">>;

/**
 * Makes the demo account with its tokens, through the same methods that an
 * operator uses.
 *
 * Rollcall itself shows a token once and keeps a digest. Here both tokens stay
 * in the data folder, because it is a developer's instance: an identity
 * provider that was pointed at it yesterday should go on working today. A token
 * that has since ended is replaced.
 */
export async function seedDemoAccount(
  addresses: { directory: string; token: string },
  secrets: Secrets,
): Promise<DemoTokens> {
  const accounts = createClient(AccountServiceService, addresses.directory);
  const tokens = createClient(TokenServiceService, addresses.token);
  try {
    const [scimWorks, ownerWorks] = await Promise.all([
      works(tokens, secrets.scimToken, secrets.serviceToken),
      works(tokens, secrets.ownerToken, secrets.serviceToken),
    ]);
    const operator = { metadata: bearerMetadata(secrets.operatorToken) };
    await createAccount(accounts, operator);
    const issue = async (label: string, scope: TokenScope) => {
      const request = IssueTokenRequest.fromPartial({ accountId: demoAccount, scopes: [scope], label });
      return (await tokens.issueToken(request, operator)).secret;
    };
    const [scimToken, ownerToken] = await Promise.all([
      scimWorks ?? issue("Identity provider", TokenScope.TOKEN_SCOPE_SCIM),
      ownerWorks ?? issue("Owner", TokenScope.TOKEN_SCOPE_OWNER),
    ]);
    return { scimToken, ownerToken };
  } finally {
    accounts.close();
    tokens.close();
  }
}

/** The token, or undefined where it is unknown, expired or revoked. */
async function works(
  tokens: RpcClient<typeof TokenServiceService>,
  secret: string | undefined,
  serviceToken: string,
): Promise<string | undefined> {
  if (secret === undefined) {
    return undefined;
  }
  try {
    await tokens.verifyToken({ digest: digestOf(secret) }, { metadata: bearerMetadata(serviceToken) });
    return secret;
  } catch (error) {
    if (error instanceof StatusError && ["TOKEN_INVALID", "TOKEN_NOT_FOUND"].includes(error.reason)) {
      return undefined;
    }
    throw error;
  }
}

async function createAccount(
  accounts: RpcClient<typeof AccountServiceService>,
  operator: { metadata: ReturnType<typeof bearerMetadata> },
): Promise<void> {
  const account = {
    id: demoAccount,
    displayName: "Demo",
    environment: AccountEnvironment.ACCOUNT_ENVIRONMENT_PRODUCTION,
  };
  try {
    await accounts.createAccount(CreateAccountRequest.fromPartial({ account }), operator);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== status.ALREADY_EXISTS) {
      throw error;
    }
  }
}
