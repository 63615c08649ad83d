import {
  type CallOptions,
  Code,
  type Client as ConnectClient,
  ConnectError,
  createClient,
  type Transport,
} from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { ErrorInfoSchema } from "@rollcall/proto/connect/google/rpc/error_details_pb";
import { AccountService } from "@rollcall/proto/connect/rollcall/directory/v1/account_service_pb";
import { OrganizationService } from "@rollcall/proto/connect/rollcall/directory/v1/organization_service_pb";
import { ScimUserService } from "@rollcall/proto/connect/rollcall/directory/v1/scim_user_service_pb";
import { digestOf } from "@rollcall/runtime/token";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { useTestGateway } from "../../test/test-gateway.ts";

const gateway = useTestGateway();

const withToken = (secret: string): CallOptions => ({ headers: { authorization: `Bearer ${secret}` } });

describe.each([
  ["Connect", () => createConnectTransport({ baseUrl: `${gateway.origin}/rpc`, httpVersion: "1.1" })],
  ["gRPC-Web", () => createGrpcWebTransport({ baseUrl: `${gateway.origin}/rpc`, httpVersion: "1.1" })],
])("the bridge, by %s,", (_protocol, transportOf: () => Transport) => {
  let organizations: ConnectClient<typeof OrganizationService>;
  let options: CallOptions;
  beforeAll(() => {
    organizations = createClient(OrganizationService, transportOf());
    options = withToken(gateway.services.tokens.reader);
  });

  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => expect.unreachable(),
      (error) => ConnectError.from(error),
    );

  it("forwards a call and its answer", async () => {
    const organization = await organizations.getOrganization({ id: "o1" }, options);
    expect(organization).toMatchObject({ id: "o1", version: 1n, name: "Ärzte & Co" });
  });

  it("sends on the digest and the trace of the caller, and never the token", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = { authorization: `Bearer ${gateway.services.tokens.reader}`, traceparent };
    await organizations.getOrganization({ id: "o1" }, { headers });
    const call = gateway.services.calls[0]?.call;
    expect(call?.caller.tokenId).toBe(digestOf(gateway.services.tokens.reader).toString("hex"));
    expect(call?.trace.traceId).toBe("0af7651916cd43dd8448eb211c80319c");
  });

  it("keeps code, sentence and details of an error", async () => {
    const error = await failureOf(organizations.getOrganization({ id: "none" }, options));
    expect(error.code).toBe(Code.NotFound);
    expect(error.rawMessage).toBe("There is no organization none.");
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: "ORGANIZATION_NOT_FOUND", domain: "rollcall", metadata: { id: "none" } },
    ]);
  });

  it("refuses a call without a good token before it reaches the service", async () => {
    const missing = await failureOf(organizations.getOrganization({ id: "o1" }));
    expect(missing.code).toBe(Code.Unauthenticated);
    expect(missing.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "TOKEN_MISSING" }]);
    const bad = await failureOf(organizations.getOrganization({ id: "o1" }, withToken("rct_bad")));
    expect(bad.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "TOKEN_MALFORMED" }]);
    expect(gateway.services.calls).toEqual([]);
  });

  it("passes the client's deadline on", async () => {
    const error = await failureOf(organizations.getOrganization({ id: "slow" }, { ...options, timeoutMs: 200 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    await vi.waitFor(() => expect(gateway.services.calls[0]?.call.signal.aborted).toBe(true));
  });

  it("cancels the call where the client goes away", async () => {
    const leaving = new AbortController();
    const call = organizations.getOrganization({ id: "slow" }, { ...options, signal: leaving.signal });
    const failure = failureOf(call);
    await vi.waitFor(() => expect(gateway.services.calls).toHaveLength(1));
    leaving.abort();
    expect((await failure).code).toBe(Code.Canceled);
    await vi.waitFor(() => expect(gateway.services.calls[0]?.call.signal.aborted).toBe(true));
  });

  it("refuses more than 1 MiB", async () => {
    const error = await failureOf(organizations.getOrganization({ id: "o".repeat(1024 * 1024) }, options));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(gateway.services.calls).toEqual([]);
  });

  it("says that the service does not offer a method, without an inside address", async () => {
    const error = await failureOf(createClient(AccountService, transportOf()).getAccount({}, options));
    expect(error.code).toBe(Code.Unimplemented);
    expect(error.message).not.toContain("127.0.0.1");
  });

  it("does not know methods that are not on its list", async () => {
    const users = createClient(ScimUserService, transportOf());
    const error = await failureOf(users.hardDeleteScimUser({ id: "u1" }, options));
    expect(error.code).toBe(Code.Unimplemented);
    expect(gateway.services.calls).toEqual([]);
  });

  it("logs each call, failures with their code", async () => {
    await organizations.getOrganization({ id: "o1" }, options);
    await failureOf(organizations.getOrganization({ id: "none" }, options));
    const written = () => gateway.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");
    const route = "/rpc/rollcall.directory.v1.OrganizationService/GetOrganization";
    await vi.waitFor(() => expect(written()).toHaveLength(2));
    expect(written()).toMatchObject([
      { level: 20, method: "POST", route, status: 200, account_id: "acme" },
      { level: 30, method: "POST", route, rpc_code: "NotFound", account_id: "acme" },
    ]);
    expect(gateway.lines.join("")).not.toContain("rct_");
  });
});

describe("the bridge", () => {
  it("takes Connect's JSON from any HTTP client", async () => {
    const response = await fetch(`${gateway.origin}/rpc/rollcall.directory.v1.OrganizationService/GetOrganization`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${gateway.services.tokens.reader}` },
      body: JSON.stringify({ id: "o1" }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ id: "o1", name: "Ärzte & Co" });
  });

  it.each([
    ["OrganizationService/GetOrganization", { id: "o1", colour: "red" }, "colour"],
    [
      "ExtensionSchemaService/CreateExtensionSchema",
      { extensionSchema: { attributes: [{ returned: "SCHEMA_ATTRIBUTE_RETURNED_NEWER" }] } },
      "SchemaAttributeReturned",
    ],
  ])(
    "refuses a field or value that %s does not know, rather than take it for unsaid",
    async (method, message, name) => {
      const response = await fetch(`${gateway.origin}/rpc/rollcall.directory.v1.${method}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${gateway.services.tokens.reader}` },
        body: JSON.stringify(message),
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining(name),
      });
      expect(gateway.services.calls).toEqual([]);
    },
  );
});
