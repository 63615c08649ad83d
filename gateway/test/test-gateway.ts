import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, vi } from "vitest";
import type { GatewayConfig } from "../src/config.ts";
import { type Gateway, startGateway } from "../src/server.ts";
import { plainSettings, startStandIns } from "./stand-in-services.ts";

/** A gateway for the tests of one file, over real sockets, in front of stand-in services. */
export interface TestGateway {
  services: Awaited<ReturnType<typeof startStandIns>>;
  /** Its address, e.g. "http://127.0.0.1:1234". */
  origin: string;
  port: number;
  /** What it and its siblings logged since the test began. */
  lines: string[];
  /** Starts another one beside it and gives its address. */
  start(changes?: Partial<GatewayConfig>): Promise<Gateway & { url: string }>;
  /** The configuration with changes. */
  configOf(changes?: Partial<GatewayConfig>): GatewayConfig;
  /** Sends a request with the SCIM token, unless the headers say otherwise. */
  ask(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; json: Json }>;
  /** Sends bytes as they are and gives back all that is answered. */
  raw(request: string): Promise<string>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect in it.
type Json = any;

/** Starts the gateway before the tests of a file, resets what is recorded between them, and stops all after. */
export function useTestGateway(): TestGateway {
  const started: Gateway[] = [];
  const context = { lines: [] as string[] } as TestGateway;
  const logger = pino({ level: "debug" }, { write: (line: string) => void context.lines.push(line) });

  context.configOf = (changes = {}) => ({
    http: { host: "127.0.0.1", port: 0 },
    directoryAddress: context.services.directoryAddress,
    tokenAddress: context.services.tokenAddress,
    serviceToken: context.services.tokens.service,
    publicUrl: undefined,
    rateLimit: false,
    trustedProxies: [],
    logLevel: "debug",
    drainDelayMs: 0,
    ...changes,
  });

  context.start = async (changes = {}) => {
    const gateway = await startGateway(context.configOf(changes), logger);
    started.push(gateway);
    return { ...gateway, url: `http://127.0.0.1:${gateway.port}` };
  };

  context.ask = async (path, init = {}) => {
    const headers = new Headers({ authorization: `Bearer ${context.services.tokens.scim}` });
    if (typeof init.body === "string") headers.set("content-type", "application/scim+json");
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const response = await fetch(`${context.origin}${path}`, { ...init, headers });
    const body = await response.text();
    return { status: response.status, headers: response.headers, json: body === "" ? undefined : JSON.parse(body) };
  };

  context.raw = (request) => {
    const socket = connect(context.port, "127.0.0.1");
    socket.write(request);
    return text(socket);
  };

  beforeAll(async () => {
    context.services = await startStandIns();
    const { port, url } = await context.start();
    context.port = port;
    context.origin = url;
    await untilReady(url);
  });

  afterAll(async () => {
    await Promise.all(started.map((gateway) => gateway.stop()));
    await context.services.stop();
  });

  beforeEach(() => {
    context.services.calls.length = 0;
    context.services.users.clear();
    Object.assign(context.services.settings, plainSettings());
    context.services.gate.open = Promise.resolve();
    context.lines = [];
  });

  return context;
}

/** Waits until a gateway's dependencies answer. */
export async function untilReady(url: string): Promise<void> {
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { timeout: 5_000 });
}

/** The body that creates a user. */
export function newUser(userName: string, more: object = {}): string {
  return JSON.stringify({ schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName, ...more });
}
