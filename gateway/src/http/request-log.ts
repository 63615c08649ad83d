import { trace } from "@opentelemetry/api";
import type { Caller } from "@rollcall/runtime/implement";
import type { Logger } from "@rollcall/runtime/log";
import type { Exchange } from "./exchange.ts";
import type { RequestRecorder } from "./request-recorder.ts";
import { type AnswerError, toScimRequests } from "./scim-request.ts";
import type { Session } from "./session.ts";

/** Writes one line per request. It holds the route's pattern and never a URL, a value or a header. */
export interface RequestLog {
  /** Information for writes and errors, debug for reads that went well. */
  answered(exchange: Exchange, status: number, error?: AnswerError): void;
  /** The error behind an answer that is the server's fault. */
  failed(exchange: Exchange, error: unknown): void;
}

/** A request log that writes with `logger`. */
export function createRequestLog(logger: Logger): RequestLog {
  // Asked once: reads that go well are far the most, and most processes do not log them.
  const logsReads = logger.isLevelEnabled("debug");

  const failed: RequestLog["failed"] = ({ request, pattern, trace }, error) => {
    logger.error({ err: error, method: request.method, route: pattern, trace_id: trace.traceId }, "a request failed");
  };

  return {
    answered(exchange, status, error) {
      const { request, pattern, startedAt, caller, trace, isRead, rpcCode } = exchange;
      for (const { fault } of exchange.operations) if (fault !== undefined) failed(exchange, fault);
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
          scim_type: error?.scimType,
          rpc_code: rpcCode,
        },
        "request",
      );
    },
    failed,
  };
}

// A client that goes on in spite of 429 must not fill the log with it.
const REFUSAL_PAUSE_MS = 1_000;

/**
 * A log that also tells the accounts of their requests, in the log that
 * ConnectionService.ListRequests reads. Of requests that exceed the rate it has
 * one a second for each token.
 */
export function recordingLog(log: RequestLog, recorder: RequestRecorder): RequestLog {
  const refusedAt = new WeakMap<Session, number>();

  const isRefusedAgain = ({ session, startedAt }: Exchange, status: number): boolean => {
    if (status !== 429 || session === undefined) return false;
    if (startedAt - (refusedAt.get(session) ?? -Infinity) < REFUSAL_PAUSE_MS) return true;
    refusedAt.set(session, startedAt);
    return false;
  };

  return {
    answered(exchange, status, error) {
      log.answered(exchange, status, error);
      if (isRefusedAgain(exchange, status)) return;
      for (const request of toScimRequests(exchange, status, error)) recorder.record(request);
    },
    failed: (exchange, error) => log.failed(exchange, error),
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
