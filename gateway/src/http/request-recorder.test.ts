import { status } from "@grpc/grpc-js";
import {
  ConnectionServiceService,
  type RecordRequestsRequest,
  ScimRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { createClient } from "@rollcall/runtime/client";
import { implement } from "@rollcall/runtime/implement";
import { startServer } from "@rollcall/runtime/server";
import { StatusError } from "@rollcall/runtime/status";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createRequestRecorder } from "./request-recorder.ts";

/** A real server that takes requests, or is away. */
const received: RecordRequestsRequest[] = [];
let away = false;
let tokens: unknown[] = [];
let lines: { msg: string; lost?: number }[] = [];
let stop: () => Promise<void>;
let client: ReturnType<typeof createClient<typeof ConnectionServiceService>>;

beforeEach(async () => {
  received.length = 0;
  away = false;
  tokens = [];
  lines = [];
  const logger = pino({ level: "silent" });
  const anyone = { scopes: [TokenScope.TOKEN_SCOPE_SERVICE], account: "any" as const };
  const unused = () => Promise.reject(new Error("Not called here."));
  const service = implement(
    ConnectionServiceService,
    { getConnection: anyone, updateConnection: anyone, listRequests: anyone, recordRequests: anyone },
    {
      getConnection: unused,
      updateConnection: unused,
      listRequests: unused,
      async recordRequests(request) {
        if (away) throw new StatusError(status.UNAVAILABLE, "UNAVAILABLE", "Away.");
        received.push(request);
        return {};
      },
    },
    {
      authenticate(metadata) {
        tokens.push(...metadata.get("authorization"));
        return { tokenId: "t", accountId: "", scopes: new Set([TokenScope.TOKEN_SCOPE_SERVICE]) };
      },
      logger,
    },
  );
  const server = await startServer({ address: "127.0.0.1:0", services: [service], reflection: false });
  client = createClient(ConnectionServiceService, `127.0.0.1:${server.port}`);
  stop = async () => {
    client.close();
    await server.drain();
  };
});

afterEach(() => stop());

function recorder(options: { intervalMs?: number; capacity?: number } = {}) {
  const logger = pino({ level: "warn" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return createRequestRecorder({ client, serviceToken: "rct_service", logger, intervalMs: 10, ...options });
}

const request = (id: string) => ScimRequest.fromPartial({ id });
const ids = () => received.flatMap(({ requests }) => requests.map(({ id }) => id));

it("sends requests that gather as one call, with the service's token", async () => {
  const { record } = recorder();
  for (const id of ["a", "b", "c"]) record(request(id));
  await vi.waitFor(() => expect(ids()).toEqual(["a", "b", "c"]));
  expect(received).toHaveLength(1);
  expect(tokens).toEqual(["Bearer rct_service"]);
});

it("splits what one call cannot take", async () => {
  const { record, close } = recorder();
  for (let index = 0; index < 1_001; index++) record(request(String(index)));
  await close();
  expect(received.map(({ requests }) => requests.length)).toEqual([1_000, 1]);
});

it("keeps requests while the service is away, and sends them when it is back", async () => {
  away = true;
  const { record } = recorder();
  record(request("a"));
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0));
  record(request("b"));
  away = false;
  await vi.waitFor(() => expect(ids()).toEqual(["a", "b"]));
});

it("says how many it had no room for", async () => {
  const { record, close } = recorder({ intervalMs: 60_000, capacity: 2 });
  for (const id of ["a", "b", "c", "d"]) record(request(id));
  await close();
  expect(ids()).toEqual(["a", "b"]);
  expect(lines).toEqual([expect.objectContaining({ lost: 2 })]);
});

it("sends what waits when it is closed", async () => {
  const { record, close } = recorder({ intervalMs: 60_000 });
  record(request("a"));
  await close();
  expect(ids()).toEqual(["a"]);
});
