import { Metadata, status } from "@grpc/grpc-js";
import { TokenScope as Scope, TokenServiceService } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createClient, type RpcClient } from "./client.ts";
import { type Handlers, implement, type Permissions } from "./implement.ts";
import { type RunningServer, startServer } from "./server.ts";
import { StatusError } from "./status.ts";

type Methods = typeof TokenServiceService;

const permission = { scopes: [Scope.TOKEN_SCOPE_OWNER], account: "any" as const };
const permissions = Object.fromEntries(
  Object.keys(TokenServiceService).map((method) => [method, permission]),
) as Permissions<Methods>;

const fault = async () => {
  throw new Error("broken");
};
const handlers: Handlers<Methods> = {
  issueToken: fault,
  rotateToken: fault,
  verifyToken: fault,
  async listTokens() {
    throw new StatusError(status.NOT_FOUND, "ACCOUNT_NOT_FOUND", "None.");
  },
  revokeToken: fault,
  async *watchTokens() {
    yield { reset: true, tokens: [], version: 1 };
    throw new Error("broken");
  },
};

let lines: Record<string, unknown>[] = [];
let knowsCaller = true;
let server: RunningServer;
let client: RpcClient<Methods>;

beforeAll(async () => {
  const service = implement(TokenServiceService, permissions, handlers, {
    authenticate() {
      if (!knowsCaller) throw new Error("no tokens");
      return { tokenId: "t", accountId: "acme", scopes: new Set([Scope.TOKEN_SCOPE_OWNER]) };
    },
    logger: pino({ level: "info" }, { write: (line: string) => lines.push(JSON.parse(line)) }),
  });
  server = await startServer({ address: "127.0.0.1:0", services: [service], reflection: false });
  client = createClient(TokenServiceService, `127.0.0.1:${server.port}`);
});
afterAll(async () => {
  client.close();
  await server.drain();
});
beforeEach(() => {
  lines = [];
  knowsCaller = true;
});

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const metadata = new Metadata();
metadata.set("traceparent", `00-${TRACE_ID}-b7ad6b7169203331-01`);
const failed = (call: Promise<unknown>) =>
  call.then(
    () => "answered",
    () => "failed",
  );

describe("the log of a failed call", () => {
  it("has the caller's trace id and account", async () => {
    expect(await failed(client.rotateToken({ id: "" }, { metadata }))).toBe("failed");
    expect(lines).toEqual([
      expect.objectContaining({
        msg: "a call failed",
        method: "/rollcall.token.v1.TokenService/RotateToken",
        trace_id: TRACE_ID,
        account_id: "acme",
      }),
    ]);
  });

  it("has them where a stream fails", async () => {
    const read = async () => {
      for await (const _ of client.watchTokens({ sinceVersion: 0 }, { metadata }));
    };
    expect(await failed(read())).toBe("failed");
    expect(lines).toEqual([expect.objectContaining({ trace_id: TRACE_ID, account_id: "acme" })]);
  });

  it("has the trace id where the caller could not be found, and one of its own where none came", async () => {
    knowsCaller = false;
    await failed(client.rotateToken({ id: "" }, { metadata }));
    await failed(client.rotateToken({ id: "" }));
    expect(lines).toMatchObject([{ trace_id: TRACE_ID }, { trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) }]);
    expect(lines[0]).not.toHaveProperty("account_id");
  });

  it("has no line for an error that is the caller's", async () => {
    expect(await failed(client.listTokens({ accountId: "" }, { metadata }))).toBe("failed");
    expect(lines).toEqual([]);
  });
});
