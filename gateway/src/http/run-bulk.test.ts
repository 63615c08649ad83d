import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { StatusError } from "@rollcall/runtime/status";
import { describe, expect, it } from "vitest";
import type { ResourceKind } from "../mapping/schema.ts";
import { parseBulk } from "../scim/bulk.ts";
import { DEFAULT_VIEW } from "./account-view.ts";
import type { BulkTarget } from "./bulk-target.ts";
import type { Exchange } from "./exchange.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { runBulk } from "./run-bulk.ts";
import type { Session } from "./session.ts";

const kinds = new Map<string, ResourceKind>([
  ["/Users", "User"],
  ["/Groups", "Group"],
]);
const session = {} as Session;

/** What a target was asked to write. */
interface Asked {
  method: string;
  id: string;
  body: unknown;
}

/** Targets whose writes take a moment and end as `answer` says. */
function targetsOf(answer: (asked: Asked) => void = () => {}, inactive: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const state = { running: 0, most: 0 };
  const target = (endpoint: string): BulkTarget => ({
    endpoint,
    limits: DEFAULT_LIMITS,
    async write(method, { id, body }) {
      asked.push({ method, id, body });
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      await sleep(1);
      state.running -= 1;
      answer({ method, id, body });
      return { status: method === "POST" ? 201 : 200, id: id === "" ? "made" : id, version: 'W/"1"' };
    },
    inactiveIdOf: async (name) => inactive[name],
  });
  return { targets: { User: target("/Users"), Group: target("/Groups") }, asked, state };
}

function exchangeOf(startedAt = performance.now()): Exchange {
  const trace = { traceId: "t" };
  return { baseUrl: "https://h", view: DEFAULT_VIEW, trace, startedAt, operations: [] } as unknown as Exchange;
}

function bulkOf(...Operations: object[]) {
  return parseBulk({ Operations }, 1_000, { bases: [], kinds });
}

const post = (bulkId: string, more: object = {}) => ({
  method: "POST",
  path: "/Users",
  bulkId,
  data: { userName: bulkId, ...more },
});

describe("runBulk", () => {
  it("does eight POSTs at a time, and everything else one after the other", async () => {
    const { targets, state } = targetsOf();
    await runBulk(bulkOf(...Array.from({ length: 20 }, (_, at) => post(`u${at}`))), targets, exchangeOf(), session);
    expect(state.most).toBe(8);
    const other = targetsOf();
    const patches = Array(5).fill({ method: "PATCH", path: "/Users/1", data: { title: "x" } });
    await runBulk(bulkOf(...patches), other.targets, exchangeOf(), session);
    expect(other.state.most).toBe(1);
  });

  it("tells the exchange what came of each operation, faults with their errors", async () => {
    const refusal = new StatusError(status.ALREADY_EXISTS, "USER_NAME_TAKEN", "Another user has this userName.");
    const fault = new Error("broken");
    const { targets } = targetsOf(({ body }) => {
      const { userName } = body as { userName: string };
      if (userName === "taken") throw refusal;
      if (userName === "broken") throw fault;
    });
    const exchange = exchangeOf();
    const put = { method: "PUT", path: "/Users/7?x=1", data: { userName: "x" } };
    const bulk = bulkOf(post("a"), post("taken"), put, { ...post("broken") }, { method: "DELETE", path: "/Devices/1" });
    const results = await runBulk(bulk, targets, exchange, session);
    expect(results.map((result) => result?.status)).toEqual([201, 409, 200, 500, 404]);
    const outcomes = [...exchange.operations].sort((a, b) => a.path.localeCompare(b.path) || a.status - b.status);
    const seen = outcomes.map(({ method, path, kind, status, error, recordId, fault }) => [
      method,
      path,
      kind,
      status,
      error?.scimType,
      recordId === undefined ? undefined : recordId.length,
      fault,
    ]);
    expect(seen).toEqual([
      ["DELETE", "/Devices/1", undefined, 404, undefined, undefined, undefined],
      ["POST", "/Users", "User", 201, undefined, 36, undefined],
      ["POST", "/Users", "User", 409, "uniqueness", undefined, undefined],
      ["POST", "/Users", "User", 500, undefined, undefined, fault],
      ["PUT", "/Users/7?x=1", "User", 200, undefined, 1, undefined],
    ]);
    for (const { durationMs, startedAt } of outcomes) {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      expect(startedAt).toBeGreaterThanOrEqual(exchange.startedAt);
    }
    expect(JSON.stringify(results)).not.toContain("broken");
  });

  it("begins nothing more after 60 seconds, and says so of each operation", async () => {
    const { targets, asked } = targetsOf();
    const results = await runBulk(
      bulkOf(post("a"), post("b")),
      targets,
      exchangeOf(performance.now() - 61_000),
      session,
    );
    expect(results.map((result) => result?.status)).toEqual([503, 503]);
    expect(results[0]?.error?.detail).toContain("60 seconds");
    expect(asked).toEqual([]);
  });

  it("gives every POST an id that others know before it is made, but leaves a returning user its own", async () => {
    const { targets, asked } = targetsOf(() => {}, { back: "old" });
    const bulk = bulkOf(post("new", { title: "bulkId:back" }), post("back", { title: "bulkId:new" }));
    const results = await runBulk(bulk, targets, exchangeOf(), session);
    const [first, second] = asked;
    expect(first).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), body: { title: "old" } });
    expect(second).toEqual({ method: "POST", id: "", body: { userName: "back", title: first?.id } });
    expect(results.map((result) => result?.location)).toEqual([`https://h/Users/${first?.id}`, "https://h/Users/made"]);
  });
});
