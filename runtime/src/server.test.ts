import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Client, credentials, status } from "@grpc/grpc-js";
import {
  TokenScope as Scope,
  type TokenScope,
  TokenServiceService,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { service as healthService } from "grpc-health-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient, type RpcClient } from "./client.ts";
import { type Caller, type Handlers, implement, type Permissions } from "./implement.ts";
import { createLogger } from "./log.ts";
import { type RunningServer, startServer } from "./server.ts";
import { fieldInvalid, StatusError } from "./status.ts";

type Methods = typeof TokenServiceService;

const permission = { scopes: [Scope.TOKEN_SCOPE_OWNER], account: "bound" as const };
const permissions = Object.fromEntries(
  Object.keys(TokenServiceService).map((method) => [method, permission]),
) as Permissions<Methods>;

const handlers: Handlers<Methods> = {
  async issueToken() {
    throw fieldInvalid([{ field: "label", description: "must be at most 128 characters." }]);
  },
  async rotateToken() {
    throw new Error("secret database text");
  },
  async revokeToken() {
    throw new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "Away.", { retryAfterSeconds: 5 });
  },
  async listTokens(_request, { trace }) {
    return { tokens: [token(trace.traceId)] };
  },
  async verifyToken(_request, { signal }) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { token: undefined };
  },
  async *watchTokens({ sinceVersion }) {
    for (let version = sinceVersion + 1; version <= sinceVersion + 3; version++)
      yield { reset: false, tokens: [], version };
    throw new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "Draining.");
  },
};

function token(id: string) {
  return {
    id,
    accountId: "",
    scopes: [],
    label: "",
    state: 1 as const,
    predecessorId: "",
    creatorId: "",
    lastFour: "",
  };
}

let caller: Caller;
let server: RunningServer;
let client: RpcClient<Methods>;

beforeAll(async () => {
  const service = implement(TokenServiceService, permissions, handlers, {
    authenticate: () => caller,
    logger: createLogger("test", "silent"),
  });
  server = await startServer({ address: "127.0.0.1:0", services: [service], reflection: true });
  client = createClient(TokenServiceService, `127.0.0.1:${server.port}`);
  caller = callerWith(Scope.TOKEN_SCOPE_OWNER);
});

afterAll(async () => {
  client.close();
  await server.drain();
});

function callerWith(scope: TokenScope, accountId = "acme"): Caller {
  return { tokenId: "t", accountId, scopes: new Set([scope]) };
}

const list = { accountId: "" };

describe("a served service", () => {
  it("carries field violations, reason and retry delay to the client", async () => {
    const request = { accountId: "", scopes: [], label: "x" };
    await expect(client.issueToken(request)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: "FIELD_INVALID",
      violations: [{ field: "label", description: "must be at most 128 characters." }],
    });
    await expect(client.revokeToken({ id: "" })).rejects.toMatchObject({
      code: status.UNAVAILABLE,
      retryAfterSeconds: 5,
    });
  });

  it("says nothing of a fault to the caller", async () => {
    const error = await client.rotateToken({ id: "" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: status.INTERNAL, reason: "INTERNAL" });
    expect(String(error)).not.toContain("secret database text");
  });

  it("refuses a caller without the scope, and an unbound one", async () => {
    caller = callerWith(Scope.TOKEN_SCOPE_SCIM);
    await expect(client.listTokens(list)).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    caller = callerWith(Scope.TOKEN_SCOPE_OWNER, "");
    await expect(client.listTokens(list)).rejects.toMatchObject({ reason: "SCOPE_MISSING" });
    caller = callerWith(Scope.TOKEN_SCOPE_OWNER);
    await expect(client.listTokens(list)).resolves.toBeDefined();
  });

  it("streams until the server ends the stream", async () => {
    const versions: number[] = [];
    const read = async () => {
      for await (const { version } of client.watchTokens({ sinceVersion: 4 })) versions.push(version);
    };
    await expect(read()).rejects.toMatchObject({ code: status.UNAVAILABLE, message: "Draining." });
    expect(versions).toEqual([5, 6, 7]);
  });

  it("ends a call at its deadline and at the caller's signal", async () => {
    await expect(client.verifyToken({ digest: Buffer.alloc(32) }, { timeoutMs: 50 })).rejects.toMatchObject({
      code: status.DEADLINE_EXCEEDED,
      reason: "UNAVAILABLE",
    });
    const aborted = client.verifyToken({ digest: Buffer.alloc(32) }, { signal: AbortSignal.timeout(20) });
    await expect(aborted).rejects.toMatchObject({ code: status.CANCELLED });
  });

  it("answers reflection with every imported file, as buf curl needs", async () => {
    const url = `http://127.0.0.1:${server.port}`;
    const curl = (...args: string[]) =>
      promisify(execFile)("buf", ["curl", "--protocol", "grpc", "--http2-prior-knowledge", ...args]);
    expect((await curl("--list-methods", url)).stdout).toContain("rollcall.token.v1.TokenService/RotateToken");
    const answer = await curl("--data", "{}", `${url}/rollcall.token.v1.TokenService/ListTokens`);
    expect(JSON.parse(answer.stdout).tokens).toHaveLength(1);
  });

  it("reports its health by service", async () => {
    expect(await health("rollcall.token.v1.TokenService")).toBe("SERVING");
    expect(await health("")).toBe("SERVING");
  });
});

describe("implement", () => {
  it("refuses a method without a permission", () => {
    const { issueToken: _, ...rest } = permissions;
    const build = () =>
      implement(TokenServiceService, rest as typeof permissions, handlers, {
        authenticate: () => caller,
        logger: createLogger("test", "silent"),
      });
    expect(build).toThrow("/rollcall.token.v1.TokenService/IssueToken has no permission.");
  });
});

function health(name: string): Promise<unknown> {
  const check = healthService["Check"] as unknown as {
    path: string;
    requestSerialize: (value: unknown) => Buffer;
    responseDeserialize: (value: Buffer) => { status: unknown };
  };
  const probe = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  return new Promise((resolve, reject) =>
    probe.makeUnaryRequest(
      check.path,
      check.requestSerialize,
      check.responseDeserialize,
      { service: name },
      (error, answer) => {
        probe.close();
        if (error) reject(error);
        else resolve(answer?.status);
      },
    ),
  );
}
