import type { ConnectionLimits } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { FieldViolation } from "@rollcall/runtime/status";

/** Limits that differ from the default, as a connection stores them. */
export type StoredLimits = Partial<ConnectionLimits>;

/** A field of rollcall.directory.v1.ConnectionLimits, by its name in an update mask. */
export type LimitName = keyof typeof LIMITS;

/** What each limit may be, and is where nobody has said. From 1. */
const LIMITS = {
  requests_per_second: { key: "requestsPerSecond", max: 10_000, unset: 500 },
  request_burst: { key: "requestBurst", max: 20_000, unset: 1_000 },
  max_page_size: { key: "maxPageSize", max: 500, unset: 500 },
  max_bulk_operations: { key: "maxBulkOperations", max: 1_000, unset: 1_000 },
} as const;

/** Every limit by its name. */
export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[];

/** The limits that are in force. */
export function effectiveLimits(stored: StoredLimits): ConnectionLimits {
  const entries = Object.values(LIMITS).map(({ key, unset }) => [key, stored[key] ?? unset]);
  return Object.fromEntries(entries) as Record<keyof ConnectionLimits, number>;
}

/** What is stored after `names` have been set to what `given` has; 0 is the default. */
export function storedLimits(
  stored: StoredLimits,
  given: ConnectionLimits | undefined,
  names: readonly LimitName[],
): StoredLimits {
  const next = { ...stored };
  for (const { key, unset } of names.map((name) => LIMITS[name])) {
    const value = given?.[key] ?? 0;
    if (value === 0 || value === unset) delete next[key];
    else next[key] = value;
  }
  return next;
}

/** Those of the named limits that are out of bounds. */
export function limitViolations(given: ConnectionLimits | undefined, names: readonly LimitName[]): FieldViolation[] {
  return names.flatMap((name) => {
    const { key, max } = LIMITS[name];
    const value = given?.[key] ?? 0;
    if (value >= 0 && value <= max) return [];
    return [{ field: `connection.limits.${name}`, description: `must be from 1 to ${max}, or 0 for the default.` }];
  });
}
