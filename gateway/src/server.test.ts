import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { newUser, untilReady, useTestGateway } from "../test/test-gateway.ts";
import { startGateway } from "./server.ts";

const gateway = useTestGateway();

describe("the log", () => {
  it("has a line for each write and for each error, with the route's pattern and nothing personal", async () => {
    const { json } = await gateway.ask("/scim/v2/Users", { method: "POST", body: newUser("jane.doe@example.com") });
    await gateway.ask('/scim/v2/Users?filter=userName eq "jane.doe@example.com"');
    await gateway.ask("/scim/v2/Users?filter=jane.doe@example.com");
    await gateway.ask(`/scim/v2/Users/${json.id}`, { method: "DELETE" });
    const written = gateway.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");
    expect(written).toMatchObject([
      { level: 30, method: "POST", route: "/scim/v2/Users", status: 201, account_id: "acme" },
      { level: 20, method: "GET", route: "/scim/v2/Users", status: 200 },
      { level: 30, method: "GET", route: "/scim/v2/Users", status: 400, scim_type: "invalidFilter" },
      { level: 30, method: "DELETE", route: "/scim/v2/Users/:id", status: 204 },
    ]);
    for (const line of written) {
      expect(line.trace_id).toMatch(/^[0-9a-f]{32}$/);
      expect(line.duration_ms).toBeGreaterThan(0);
    }
    expect(gateway.lines.join("")).not.toMatch(/jane|rct_/);
  });
});

describe("stopping", () => {
  it("finishes what runs, closes the connection after it and takes no more", async () => {
    const another = await gateway.start();
    const { url } = another;
    await untilReady(url);
    const { promise, resolve } = Promise.withResolvers<void>();
    gateway.services.gate.open = promise;
    const running = fetch(`${url}/Users/u1`, { headers: { authorization: `Bearer ${gateway.services.tokens.scim}` } });
    await expect.poll(() => gateway.services.calls.length, { timeout: 5_000 }).toBe(1);
    const stopped = another.stop();
    await sleep(500);
    resolve();
    const response = await running;
    expect(response.status).toBe(404);
    expect(response.headers.get("connection")).toBe("close");
    await stopped;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it("is not ready while it drains, and still answers", async () => {
    const another = await gateway.start({ drainDelayMs: 500 });
    const { url } = another;
    await untilReady(url);
    const stopped = another.stop();
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    const headers = { authorization: `Bearer ${gateway.services.tokens.scim}` };
    expect((await fetch(`${url}/Users`, { headers })).status).toBe(200);
    await stopped;
  });

  it("drops no request of clients that keep their connections busy", async () => {
    const another = await gateway.start();
    const { url } = another;
    await untilReady(url);
    const headers = { authorization: `Bearer ${gateway.services.tokens.scim}` };
    const failures: string[] = [];
    let answered = 0;
    const client = async () => {
      for (;;) {
        try {
          const { status } = await fetch(`${url}/Users/u1`, { headers });
          answered += 1;
          if (status !== 404) failures.push(String(status));
        } catch (error) {
          const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? String(error);
          // Nobody listens any more: the request was never taken.
          if (code !== "ECONNREFUSED") failures.push(code);
          return;
        }
      }
    };
    const clients = Array.from({ length: 8 }, client);
    await expect.poll(() => answered, { timeout: 10_000 }).toBeGreaterThan(100);
    await another.stop();
    await Promise.all(clients);
    expect(failures).toEqual([]);
  });

  it("says in one sentence that the port is in use", async () => {
    const taken = startGateway(
      gateway.configOf({ http: { host: "127.0.0.1", port: gateway.port } }),
      pino({ level: "silent" }),
    );
    await expect(taken).rejects.toThrow(`Cannot listen on 127.0.0.1:${gateway.port}: the port is in use.`);
  });
});
