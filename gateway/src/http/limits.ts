import type { BodyLimits } from "./exchange.ts";

const MEBIBYTE = 1024 * 1024;

/** Published limits of a body: 1 MiB, depth 32, 10,000 keys. */
export const DEFAULT_LIMITS: BodyLimits = { bytes: MEBIBYTE, depth: 32, keys: 10_000 };

/** For groups 4 MiB, and keys for 20,000 members with `value`, `display`, `type` and `$ref` each. */
export const GROUP_LIMITS: BodyLimits = { bytes: 4 * MEBIBYTE, depth: 32, keys: 100_000 };

/** For a Bulk request, as /ServiceProviderConfig publishes it: 4 MiB. */
export const BULK_LIMITS: BodyLimits = { bytes: 4 * MEBIBYTE, depth: 32, keys: 100_000 };
