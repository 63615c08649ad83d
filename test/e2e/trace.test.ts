import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type OtlpReceiver, SPAN_KIND, type Span, startOtlpReceiver } from "./otlp-receiver.ts";
import { USER } from "./scim-messages.ts";
import { type Account, startTestStack, type TestStack } from "./stack.ts";

let receiver: OtlpReceiver;
let stack: TestStack;
let account: Account;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_BSP_SCHEDULE_DELAY: "100",
  };
  stack = await startTestStack({ env });
  account = await stack.newAccount();
  return async () => {
    await stack.stop();
    receiver.close();
  };
});

describe("one POST of a user", () => {
  it("is one trace over gateway, gRPC and SQL, to which the reconcile is linked", async () => {
    const caller = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
    const headers = { traceparent: `00-${caller.traceId}-${caller.spanId}-01` };
    const answer = await account.scim.send("POST", "/Users", anna, headers);
    expect(answer.status).toBe(201);
    await account.settle();

    const http = await receiver.waitFor(
      "the gateway's HTTP span",
      ({ service, kind, name }) => service === "gateway" && kind === SPAN_KIND.SERVER && name === "POST /scim/v2/Users",
    );
    const { traceId } = http;
    expect(http).toMatchObject({ ...caller, spanId: http.spanId, parentSpanId: caller.spanId });
    const inTrace = (service: string, kind: number, fits: (span: Span) => boolean) => (span: Span) =>
      span.service === service && span.kind === kind && span.traceId === traceId && fits(span);
    const isCreate = ({ name }: Span) => name.includes("CreateScimUser");
    const client = await receiver.waitFor("the gRPC client", inTrace("gateway", SPAN_KIND.CLIENT, isCreate));
    const server = await receiver.waitFor("the gRPC server", inTrace("directory-service", SPAN_KIND.SERVER, isCreate));
    const isInsert = ({ name, attributes }: Span) => /insert/i.test(`${name} ${JSON.stringify(attributes)}`);
    const sql = await receiver.waitFor("the SQL", inTrace("directory-service", SPAN_KIND.CLIENT, isInsert));
    const parents = new Map(receiver.spans.map((span) => [span.spanId, span.parentSpanId]));
    const ancestors = (span: Span) => {
      const ids: string[] = [];
      for (let id = span.parentSpanId; id; id = parents.get(id)) ids.push(id);
      return ids;
    };
    expect(ancestors(client)).toContain(http.spanId);
    expect(ancestors(server)).toContain(client.spanId);
    expect(ancestors(sql)).toContain(server.spanId);

    const reconcile = await receiver.waitFor(
      "the reconcile, linked",
      ({ service, links }) => service === "directory-service" && links.some((link) => link.traceId === traceId),
    );
    expect(reconcile.traceId).not.toBe(traceId);
    const [execution] = await account.executions(answer.body.id);
    expect(execution?.traceId).toBe(traceId);
  });

  it("has one line in the gateway's log with the same trace id", async () => {
    const { body } = await account.scim.post("/Users", { ...anna, userName: "ben@example.com" });
    await account.settle();
    const [execution] = await account.executions(body.id);
    const lines = (await logOf("gateway")).filter((line) => line["trace_id"] === execution?.traceId);
    expect(lines).toMatchObject([{ method: "POST", route: "/scim/v2/Users", status: 201, account_id: account.id }]);
    await receiver.waitFor("its span", (span) => span.service === "gateway" && span.traceId === execution?.traceId);
  });

  it("leaves neither token nor e-mail nor name in any log or span", async () => {
    await account.scim.get(`/Users?filter=userName eq "anna@example.com"`);
    await account.scim.post("/Users", anna);
    await account.scim.post("/Users", { ...anna, userName: "twin", emails: [{ value: "anna@example.com" }] });
    await account.scim.post("/Users", { ...anna, userName: "long@example.com", displayName: "Ōkami".repeat(40) });
    await account.scim.patch("/Users/nobody", { op: "replace", path: "active", value: "Ōkami" });
    await account.settle();
    const services = ["gateway", "directory-service", "token-service"];
    const logs = await Promise.all(services.map((service) => readLog(service)));
    await receiver.waitFor("the last span", ({ name }) => name === "PATCH /scim/v2/Users/:id");
    const secrets = [account.tokens.scim, account.tokens.owner, stack.processes.operatorToken];
    for (const text of [...logs, receiver.text()])
      for (const secret of [...secrets, "example.com", "Ōkami"]) expect(text.includes(secret), secret).toBe(false);
  });
});

const anna = { schemas: [USER], userName: "anna@example.com", displayName: "Anna Ōkami", active: true };

function readLog(service: string): Promise<string> {
  return readFile(join(stack.processes.logs, `${service}.log`), "utf8");
}

async function logOf(service: string): Promise<Record<string, unknown>[]> {
  const lines = (await readLog(service)).split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line));
}
