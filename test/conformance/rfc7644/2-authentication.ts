import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { expect } from "vitest";
import { scimClient, sendHttp } from "../../e2e/scim-client.ts";
import { clause } from "../case.ts";

clause("7644-2-a", "a request without a token is 401 and learns the scheme", async ({ stack }) => {
  const requests = {
    "/Users": "GET",
    "/Groups/x": "DELETE",
    "/": "GET",
    "/.search": "POST",
    "/Bulk": "POST",
    "/Me": "GET",
  } as const;
  for (const [path, method] of Object.entries(requests)) {
    const { status, headers } = await sendHttp(method, `${stack.processes.scim}${path}`);
    expect({ path, status }).toEqual({ path, status: 401 });
    expect(headers["www-authenticate"]).toMatch(/^Bearer realm=/);
  }
});

clause("7644-2-b", "a token that is for something else is 403", async ({ stack, account }) => {
  const owner = scimClient(stack.processes.scim, account.tokens.owner);
  const { status, headers } = await owner.get("/Users");
  expect(status).toBe(403);
  expect(headers["www-authenticate"]).toContain("insufficient_scope");
});

clause(
  ["7644-2-c", "7644-7.4-a"],
  "an unknown token is 401, and so is a revoked one at once",
  async ({ stack, account }) => {
    const unknown = `rct_${"0".repeat(49)}`;
    expect((await scimClient(stack.processes.scim, unknown).get("/Users")).status).toBe(401);

    const asked = { accountId: account.id, scopes: [TokenScope.TOKEN_SCOPE_SCIM], label: "To be revoked" };
    const { secret, token } = await stack.rpc.tokens.issueToken(asked, account.owner);
    const client = scimClient(stack.processes.scim, secret);
    expect((await client.get("/Users")).status).toBe(200);
    await stack.rpc.tokens.revokeToken({ id: token?.id ?? "" }, account.owner);
    await expect.poll(async () => (await client.get("/Users")).status).toBe(401);
  },
);
