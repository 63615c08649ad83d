/** The SQLSTATE behind an error, however deeply a library wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as Error & { code?: unknown };
    if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return undefined;
}

// Connection, transaction rollback, resources, lock not available, operator
// intervention, system (PostgreSQL appendix A, by class).
const TRANSIENT_CLASSES = new Set(["08", "40", "53", "55", "57", "58"]);

// The server cannot be reached.
const TRANSIENT_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

// pg gives these no code.
const TRANSIENT_MESSAGES =
  /connection terminated|connection error|timeout exceeded when trying to connect|pool after calling end/i;

/** Whether the database may answer the same thing well in a while: it is away, stops, or is busy. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return TRANSIENT_CLASSES.has(state.slice(0, 2));
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as Error & { code?: unknown };
    if (typeof code === "string" && TRANSIENT_CODES.has(code)) return true;
    if (TRANSIENT_MESSAGES.test(current.message)) return true;
  }
  return false;
}
