import {
  AccountEnvironment,
  AccountServiceService,
  CreateAccountRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  ConnectionServiceService,
  PutPolicy,
  UpdateConnectionRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ExtensionSchemaServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import {
  IssueTokenRequest,
  TokenScope,
  TokenServiceService,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { bearerMetadata, createClient } from "@rollcall/runtime/client";
import type { Stack } from "../../deploy/local/stack.ts";
import type { Target } from "./account.ts";
import { extension } from "./schemas.ts";

/** Makes accounts to throw requests at. Every other one takes PUT for a replacement, as RFC 7644 does. */
export async function createTargets(stack: Stack, count: number, prefix = "fuzz"): Promise<Target[]> {
  const accounts = createClient(AccountServiceService, stack.grpc.directory);
  const connections = createClient(ConnectionServiceService, stack.grpc.directory);
  const extensionSchemas = createClient(ExtensionSchemaServiceService, stack.grpc.directory);
  const tokens = createClient(TokenServiceService, stack.grpc.token);
  const as = (token: string) => ({ metadata: bearerMetadata(token) });

  async function create(accountId: string, putPolicy: PutPolicy): Promise<Target> {
    const environment = AccountEnvironment.ACCOUNT_ENVIRONMENT_PRODUCTION;
    const account = { id: accountId, displayName: accountId, environment };
    await accounts.createAccount(CreateAccountRequest.fromPartial({ account }), as(stack.operatorToken));
    const [token, owner] = await Promise.all([TokenScope.TOKEN_SCOPE_SCIM, TokenScope.TOKEN_SCOPE_OWNER].map(issue));
    await extensionSchemas.createExtensionSchema({ extensionSchema: extension }, as(owner as string));
    const change = UpdateConnectionRequest.fromPartial({ connection: { putPolicy }, updateMask: ["put_policy"] });
    await connections.updateConnection(change, as(owner as string));
    return { url: stack.scim, token: token as string, accountId, databaseUrl: stack.databaseUrls.directory };

    async function issue(scope: TokenScope): Promise<string> {
      const request = IssueTokenRequest.fromPartial({ accountId, scopes: [scope], label: "Fuzz" });
      return (await tokens.issueToken(request, as(stack.operatorToken))).secret;
    }
  }

  const policies = [PutPolicy.PUT_POLICY_MERGE, PutPolicy.PUT_POLICY_REPLACE];
  try {
    return await Promise.all(
      Array.from({ length: count }, (_, n) => create(`${prefix}-${n + 1}`, policies[n % 2] as PutPolicy)),
    );
  } finally {
    for (const client of [accounts, connections, extensionSchemas, tokens]) client.close();
  }
}
