import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { connectNodeAdapter, createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { Client, credentials, status } from "@grpc/grpc-js";
import { TokenService } from "@rollcall/proto/connect/rollcall/token/v1/token_service_pb";
import { TokenScope, TokenServiceService } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { type Handlers, implement, type Permissions } from "@rollcall/runtime/implement";
import { createLogger } from "@rollcall/runtime/log";
import { type RunningServer, startServer } from "@rollcall/runtime/server";
import { StatusError } from "@rollcall/runtime/status";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Exchange } from "./exchange.ts";
import { bridgeMethod } from "./rpc-bridge.ts";
import { toConnectError } from "./rpc-error.ts";

let service: RunningServer;
let client: Client;
let http: Server;
let baseUrl: string;
let ended = 0;

beforeAll(async () => {
  const methods = Object.keys(TokenServiceService);
  const unimplemented = async () => {
    throw new StatusError(status.UNIMPLEMENTED, "INTERNAL", "Not part of the test.");
  };
  const handlers = {
    ...Object.fromEntries(methods.map((method) => [method, unimplemented])),
    async *watchTokens({ sinceVersion }: { sinceVersion: number }) {
      try {
        for (let version = 1; version <= 3; version++) yield { reset: version === 1, tokens: [], version };
        if (sinceVersion === 1) throw new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "Draining.");
        if (sinceVersion === 2) for (;;) yield await new Promise((resolve) => setTimeout(resolve, 20, EMPTY));
      } finally {
        ended += 1;
      }
    },
  };
  const permission = { scopes: [TokenScope.TOKEN_SCOPE_SERVICE], account: "any" as const };
  const watched = implement(
    TokenServiceService,
    Object.fromEntries(methods.map((method) => [method, permission])) as Permissions<TokenServiceService>,
    handlers as unknown as Handlers<TokenServiceService>,
    {
      authenticate: () => ({ tokenId: "t", accountId: "", scopes: new Set(permission.scopes) }),
      logger: createLogger("test", "silent"),
    },
  );
  service = await startServer({ address: "127.0.0.1:0", services: [watched], reflection: false });
  client = new Client(`127.0.0.1:${service.port}`, credentials.createInsecure());
  const exchange = { session: { digest: Buffer.alloc(32) }, trace: { traceparent: "" } } as unknown as Exchange;
  http = createServer(
    connectNodeAdapter({
      routes: (router) =>
        bridgeMethod(router, TokenService.method.watchTokens, {
          client,
          exchangeOf: () => exchange,
          failed: (_exchange, error) => toConnectError(error),
        }),
    }),
  );
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

const EMPTY = { reset: false, tokens: [], version: 0 };

afterAll(async () => {
  http.close();
  http.closeAllConnections();
  client.close();
  await service.drain({ graceMs: 100 });
});

describe.each([
  ["Connect", createConnectTransport],
  ["gRPC-Web", createGrpcWebTransport],
])("a bridged server stream, by %s,", (_protocol, createTransport) => {
  const watch = (sinceVersion: bigint, signal?: AbortSignal) =>
    createClient(TokenService, createTransport({ baseUrl, httpVersion: "1.1" })).watchTokens(
      { sinceVersion },
      signal ? { signal } : {},
    );

  it("gives every message in order and ends", async () => {
    const versions: bigint[] = [];
    for await (const { version } of watch(0n)) versions.push(version);
    expect(versions).toEqual([1n, 2n, 3n]);
  });

  it("ends with the service's error after its messages", async () => {
    const versions: bigint[] = [];
    const reading = (async () => {
      for await (const { version } of watch(1n)) versions.push(version);
    })();
    const error = await reading.then(() => undefined, ConnectError.from);
    expect([error?.code, error?.rawMessage]).toEqual([Code.Unavailable, "Draining."]);
    expect(versions).toEqual([1n, 2n, 3n]);
  });

  it("ends at the service where the client goes away", async () => {
    const before = ended;
    const leaving = new AbortController();
    const reading = (async () => {
      for await (const { version } of watch(2n, leaving.signal)) if (version === 3n) leaving.abort();
    })();
    await expect(reading).rejects.toThrow();
    await vi.waitFor(() => expect(ended).toBe(before + 1));
  });
});
