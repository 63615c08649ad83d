import type { Duration } from "@rollcall/proto/grpc/google/protobuf/duration";
import type { IssueTokenRequest, TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { type FieldViolation, fieldInvalid } from "@rollcall/runtime/status";
import {
  ACCOUNT_SCOPES,
  DAY_MS,
  DEFAULT_GRACE_MS,
  DEFAULT_TTL_MS,
  MAX_GRACE_MS,
  MAX_LABEL,
  MAX_TTL_MS,
} from "../domain/token.ts";

/** An issue request that makes sense. Times are in milliseconds. */
export interface CheckedIssue {
  scopes: TokenScope[];
  label: string;
  ttlMs: number;
}

/**
 * Checks an issue request for an account, every field at once.
 *
 * @throws StatusError INVALID_ARGUMENT FIELD_INVALID
 */
export function checkIssue({ scopes, label, ttl }: IssueTokenRequest, accountId: string): CheckedIssue {
  const givenMs = milliseconds(ttl);
  const ttlMs = givenMs === 0 ? DEFAULT_TTL_MS : givenMs;
  const violations: FieldViolation[] = [...checkAccountId(accountId), ...checkScopes(scopes)];
  if ([...label].length > MAX_LABEL)
    violations.push({ field: "label", description: `must be at most ${MAX_LABEL} characters.` });
  if (/\p{Cc}/u.test(label)) violations.push({ field: "label", description: "must not hold control characters." });
  if (!(ttlMs > 0 && ttlMs <= MAX_TTL_MS))
    violations.push({ field: "ttl", description: `must be from 0 to ${MAX_TTL_MS / DAY_MS} days.` });
  if (violations.length > 0) throw fieldInvalid(violations);
  return { scopes: [...new Set(scopes)].sort(), label, ttlMs };
}

/** An account id's form, as AccountService takes it. */
export function checkAccountId(accountId: string): FieldViolation[] {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(accountId)) return [];
  return [{ field: "account_id", description: accountId === "" ? "is required." : "is not an account's id." }];
}

/**
 * A grace period in milliseconds.
 *
 * @throws StatusError INVALID_ARGUMENT FIELD_INVALID
 */
export function checkGracePeriod(gracePeriod: Duration | undefined): number {
  const graceMs = gracePeriod ? milliseconds(gracePeriod) : DEFAULT_GRACE_MS;
  if (graceMs >= 0 && graceMs <= MAX_GRACE_MS) return graceMs;
  throw fieldInvalid([{ field: "grace_period", description: `must be from 0 to ${MAX_GRACE_MS / DAY_MS} days.` }]);
}

function checkScopes(scopes: TokenScope[]): FieldViolation[] {
  if (scopes.length === 0) return [{ field: "scopes", description: "must name at least one scope." }];
  const refused = scopes.filter((scope) => !ACCOUNT_SCOPES.has(scope));
  if (refused.length === 0) return [];
  const allowed = "SCIM, DIRECTORY_READ, DIRECTORY_WRITE, ADMINISTRATOR and OWNER";
  return [{ field: "scopes", description: `must be among ${allowed}, which tokens of accounts may carry.` }];
}

/** NaN where the duration breaks the rules of google.protobuf.Duration. */
function milliseconds(duration: Duration | undefined): number {
  if (!duration) return 0;
  const { seconds, nanos } = duration;
  if (Math.abs(nanos) > 999_999_999 || seconds * nanos < 0) return Number.NaN;
  return seconds * 1_000 + Math.ceil(nanos / 1_000_000);
}
