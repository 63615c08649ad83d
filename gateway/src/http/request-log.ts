import { trace } from "@opentelemetry/api";
import type { Caller } from "@rollcall/runtime/implement";
import type { Logger } from "@rollcall/runtime/log";
import type { Exchange } from "./exchange.ts";

/** Writes one line per request. It holds the route's pattern and never a URL, a value or a header. */
export interface RequestLog {
  /** Information for writes and errors, debug for reads that went well. */
  answered(exchange: Exchange, status: number, scimType?: string): void;
  /** The error behind an answer that is the server's fault. */
  failed(exchange: Exchange, error: unknown): void;
}

/** A request log that writes with `logger`. */
export function createRequestLog(logger: Logger): RequestLog {
  // Asked once: reads that go well are far the most, and most processes do not log them.
  const logsReads = logger.isLevelEnabled("debug");

  return {
    answered(exchange, status, scimType) {
      const { request, pattern, startedAt, caller, trace, isRead, rpcCode } = exchange;
      const quiet = isRead && status < 400 && rpcCode === undefined;
      if (quiet && !logsReads) return;
      logger[quiet ? "debug" : "info"](
        {
          method: request.method,
          route: pattern,
          status,
          duration_ms: Math.round((performance.now() - startedAt) * 1_000) / 1_000,
          trace_id: trace.traceId,
          account_id: caller?.accountId,
          scim_type: scimType,
          rpc_code: rpcCode,
        },
        "request",
      );
    },
    failed({ request, pattern, trace }, error) {
      logger.error({ err: error, method: request.method, route: pattern, trace_id: trace.traceId }, "a request failed");
    },
  };
}

/** Gives the request's span, if there is one, its route: HTTP instrumentation knows only the method. */
export function nameSpan(method: string, pattern: string): void {
  const span = trace.getActiveSpan();
  if (!span) return;
  span.updateName(`${method} ${pattern}`);
  span.setAttribute("http.route", pattern);
}

/** Says on the request's span who called. Spans only: as metric labels these would be without number. */
export function markCaller({ accountId, tokenId }: Caller): void {
  trace.getActiveSpan()?.setAttributes({ "rollcall.account_id": accountId, "rollcall.token_id": tokenId });
}
