import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "vitest";

/** A span as OTLP/JSON has it, with its service and its attributes by key. */
export interface Span {
  service: string;
  traceId: string;
  spanId: string;
  /** Undefined or "": the root of its trace. */
  parentSpanId?: string;
  name: string;
  /** opentelemetry.proto.trace.v1.Span.SpanKind. */
  kind: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
}

/** SpanKind, by number. */
export const SPAN_KIND = { INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 } as const;

/** Something that OpenTelemetry exporters send spans to. */
export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  /** Waits for a span that fits. */
  waitFor(what: string, fits: (span: Span) => boolean): Promise<Span>;
  /** Every span so far. */
  spans: Span[];
  /** Everything that arrived, as text. */
  text(): string;
  close(): void;
}

/** Takes OTLP over http/json. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: Span[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    bodies.push(body);
    if (request.url === "/v1/traces") spans.push(...spansOf(JSON.parse(body)));
    response.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    async waitFor(what, fits) {
      await expect.poll(() => spans.some(fits), { timeout: 5_000, message: what }).toBe(true);
      return spans.find(fits) as Span;
    },
    text: () => bodies.join("\n"),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}
type SentSpan = Omit<Span, "service" | "attributes" | "links"> & { attributes?: KeyValue[]; links?: Span["links"] };
interface ExportRequest {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: SentSpan[] }[] }[];
}

function spansOf({ resourceSpans }: ExportRequest): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(byKey(resource.attributes)["service.name"]);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({ ...span, service, attributes: byKey(span.attributes ?? []), links: span.links ?? [] }));
  });
}

function byKey(attributes: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
