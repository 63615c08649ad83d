import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { StatusError } from "@rollcall/runtime/status";
import { describe, expect, it } from "vitest";
import { checkGracePeriod, checkIssue } from "./token-request.ts";

const DAY_S = 86_400;
const DAY_MS = DAY_S * 1_000;
const request = { accountId: "", scopes: [TokenScope.TOKEN_SCOPE_SCIM], label: "Okta" };

function violatedFields(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    return (error as StatusError).violations.map(({ field }) => field);
  }
  return [];
}

describe("an issue request", () => {
  it("gets one year where it does not say how long, and two at most", () => {
    expect(checkIssue(request, "acme").ttlMs).toBe(365 * DAY_MS);
    expect(checkIssue({ ...request, ttl: { seconds: 0, nanos: 0 } }, "acme").ttlMs).toBe(365 * DAY_MS);
    expect(checkIssue({ ...request, ttl: { seconds: 730 * DAY_S, nanos: 0 } }, "acme").ttlMs).toBe(730 * DAY_MS);
    expect(checkIssue({ ...request, ttl: { seconds: 1, nanos: 500_000_000 } }, "acme").ttlMs).toBe(1_500);
  });

  it.each([
    { seconds: 730 * DAY_S, nanos: 1 },
    { seconds: -1, nanos: 0 },
    { seconds: 1, nanos: -1 },
    { seconds: 1, nanos: 1_000_000_000 },
    { seconds: Number.MAX_SAFE_INTEGER, nanos: 0 },
  ])("cannot have a ttl of $seconds s and $nanos ns", (ttl) => {
    expect(violatedFields(() => checkIssue({ ...request, ttl }, "acme"))).toEqual(["ttl"]);
  });

  it("has its scopes sorted and each once", () => {
    const scopes = [TokenScope.TOKEN_SCOPE_OWNER, TokenScope.TOKEN_SCOPE_SCIM, TokenScope.TOKEN_SCOPE_OWNER];
    expect(checkIssue({ ...request, scopes }, "acme").scopes).toEqual([1, 4]);
  });

  it.each([
    [[]],
    [[TokenScope.TOKEN_SCOPE_UNSPECIFIED]],
    [[TokenScope.TOKEN_SCOPE_SCIM, TokenScope.TOKEN_SCOPE_OPERATOR]],
    [[TokenScope.TOKEN_SCOPE_SERVICE]],
    [[99 as TokenScope]],
  ])("cannot have the scopes %j", (scopes) => {
    expect(violatedFields(() => checkIssue({ ...request, scopes }, "acme"))).toEqual(["scopes"]);
  });

  it("takes a label of 128 characters, whatever their size, without control characters", () => {
    expect(checkIssue({ ...request, label: "🦔".repeat(128) }, "acme").label).toHaveLength(256);
    expect(violatedFields(() => checkIssue({ ...request, label: "x".repeat(129) }, "acme"))).toEqual(["label"]);
    expect(violatedFields(() => checkIssue({ ...request, label: "a\u0000b" }, "acme"))).toEqual(["label"]);
  });

  it.each(["", "Acme", "-acme", "acme-", "a".repeat(64), "a\u0000", "ac me", "acme\n"])(
    "cannot be for the account %j",
    (accountId) => {
      expect(violatedFields(() => checkIssue(request, accountId))).toEqual(["account_id"]);
    },
  );

  it.each(["a", "acme", "acme-2", "a".repeat(63)])("can be for the account %j", (accountId) => {
    expect(violatedFields(() => checkIssue(request, accountId))).toEqual([]);
  });

  it("tells every fault at once", () => {
    const faulty = { accountId: "", scopes: [], label: "x".repeat(200), ttl: { seconds: -5, nanos: 0 } };
    expect(violatedFields(() => checkIssue(faulty, ""))).toEqual(["account_id", "scopes", "label", "ttl"]);
  });
});

describe("a grace period", () => {
  it("is 30 days where it is unset, and from 0 to 90", () => {
    expect(checkGracePeriod(undefined)).toBe(30 * DAY_MS);
    expect(checkGracePeriod({ seconds: 0, nanos: 0 })).toBe(0);
    expect(checkGracePeriod({ seconds: 90 * DAY_S, nanos: 0 })).toBe(90 * DAY_MS);
    expect(violatedFields(() => checkGracePeriod({ seconds: 90 * DAY_S + 1, nanos: 0 }))).toEqual(["grace_period"]);
    expect(violatedFields(() => checkGracePeriod({ seconds: -1, nanos: 0 }))).toEqual(["grace_period"]);
  });
});
