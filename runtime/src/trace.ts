import { randomBytes } from "node:crypto";
import { isSpanContextValid, trace } from "@opentelemetry/api";

/** Where a request stands in its trace (W3C Trace Context). */
export interface Trace {
  /** 32 lower-case hexadecimal digits. */
  traceId: string;
  /** The traceparent header to send on. */
  traceparent: string;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/**
 * The trace of what runs now: the active span's, else the caller's, else a
 * fresh one. So a request log line and an execution have a trace id even where
 * no OpenTelemetry SDK is loaded.
 */
export function currentTrace(incoming?: string): Trace {
  const span = trace.getActiveSpan()?.spanContext();
  if (span && isSpanContextValid(span)) {
    const flags = span.traceFlags.toString(16).padStart(2, "0");
    return { traceId: span.traceId, traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
  }
  const given = incoming === undefined ? null : TRACEPARENT.exec(incoming);
  if (given?.[1] && !/^0+$/.test(given[1])) return { traceId: given[1], traceparent: incoming as string };
  const ids = freshIds();
  return { traceId: ids.slice(0, 32), traceparent: `00-${ids.slice(0, 32)}-${ids.slice(32)}-00` };
}

/** The trace id in a stored traceparent, or undefined where there is none. */
export function traceIdOf(traceparent: string | null | undefined): string | undefined {
  return traceparent ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
}

// One call to the kernel for 1,000 ids: this runs for every request.
const ID_BYTES = 24;
let pool = "";
let used = 0;

function freshIds(): string {
  if (used >= pool.length) {
    pool = randomBytes(ID_BYTES * 1000).toString("hex");
    used = 0;
  }
  const ids = pool.slice(used, used + ID_BYTES * 2);
  used += ID_BYTES * 2;
  return ids;
}
