import { type Link, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import type { Batch } from "./batch.ts";

const tracer = trace.getTracer("rollcall.reconcile");
const LINK_LIMIT = 128;

/** Runs a batch in a span of its own trace, linked to the requests that made its records due. */
export function inBatchSpan<T>({ account, records }: Batch, work: () => Promise<T>): Promise<T> {
  const traceparents = new Set(records.map(({ traceparent }) => traceparent).filter((value) => value !== null));
  const links = [...traceparents].slice(0, LINK_LIMIT).flatMap(linkTo);
  const attributes = { "rollcall.account.id": account.id, "rollcall.reconcile.records": records.length };
  return tracer.startActiveSpan(
    "reconcile",
    { kind: SpanKind.CONSUMER, root: true, links, attributes },
    async (span) => {
      try {
        return await work();
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}

/** W3C Trace Context, version 00. */
function linkTo(traceparent: string): Link[] {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (!traceId || !spanId || !flags) return [];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return [{ context: { traceId, spanId, traceFlags, isRemote: true } }];
}
