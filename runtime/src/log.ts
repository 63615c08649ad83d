import { type Logger, pino } from "pino";

export type { Logger };

/** The levels that ROLLCALL_LOG_LEVEL takes, most talkative first. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;

const SECRET_PATHS = [
  "authorization",
  "token",
  "secret",
  "password",
  "email",
  "*.authorization",
  "*.token",
  "*.secret",
];

/**
 * JSON lines on standard output with the service's name. Lines written inside
 * a span carry its trace_id and span_id where telemetry is on. Secrets and
 * e-mail addresses must not be passed in; the redaction is the second wall.
 */
export function createLogger(service: string, level: (typeof LOG_LEVELS)[number] = "info"): Logger {
  return pino({
    name: service,
    level,
    redact: { paths: SECRET_PATHS, censor: "[redacted]" },
    serializers: { err: describeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

/**
 * An error for the log. Of a database error only what PostgreSQL says about
 * the fault: its message and detail may quote values, which may be personal.
 */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, constraint, table } = error as Error & { code?: unknown; constraint?: unknown; table?: unknown };
  const sqlState = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
  return {
    type: error.name,
    message: sqlState ? `SQLSTATE ${code}` : error.message,
    stack: sqlState ? error.stack?.slice(error.stack.indexOf("\n    at")) : error.stack,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
