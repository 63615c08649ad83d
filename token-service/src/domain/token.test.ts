import { TokenState } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { describe, expect, it } from "vitest";
import { DAY_MS, endNoLaterThan, isLive, stateAt, successorEnd } from "./token.ts";

const TIME = Date.UTC(2026, 10, 22);
const active = {
  createTime: new Date(TIME),
  endTime: new Date(TIME + 365 * DAY_MS),
  revokeTime: null,
  successorId: null,
};
const retiring = { ...active, endTime: new Date(TIME + 30 * DAY_MS), successorId: "successor" };

describe("a token's state", () => {
  it("is active until its end time, and expired from that very millisecond", () => {
    expect(stateAt(active, TIME + 365 * DAY_MS - 1)).toBe(TokenState.TOKEN_STATE_ACTIVE);
    expect(stateAt(active, TIME + 365 * DAY_MS)).toBe(TokenState.TOKEN_STATE_EXPIRED);
    expect(stateAt({ ...active, endTime: null }, TIME + 10_000 * DAY_MS)).toBe(TokenState.TOKEN_STATE_ACTIVE);
  });

  it("is retiring after a rotation until the grace period ends", () => {
    expect(stateAt(retiring, TIME + 29 * DAY_MS)).toBe(TokenState.TOKEN_STATE_RETIRING);
    expect(isLive(retiring, TIME + 29 * DAY_MS)).toBe(true);
    expect(stateAt(retiring, TIME + 31 * DAY_MS)).toBe(TokenState.TOKEN_STATE_EXPIRED);
    expect(isLive(retiring, TIME + 31 * DAY_MS)).toBe(false);
  });

  it("is revoked once revoked, whatever this clock says of the time of it", () => {
    const revoked = { ...retiring, revokeTime: new Date(TIME + 5_000) };
    expect(stateAt(revoked, TIME)).toBe(TokenState.TOKEN_STATE_REVOKED);
    expect(stateAt(revoked, TIME + 400 * DAY_MS)).toBe(TokenState.TOKEN_STATE_REVOKED);
    expect(isLive(revoked, TIME)).toBe(false);
  });
});

describe("rotation", () => {
  it("never moves an end time away", () => {
    expect(endNoLaterThan(active, TIME + 30 * DAY_MS)).toEqual(new Date(TIME + 30 * DAY_MS));
    expect(endNoLaterThan(retiring, TIME + 90 * DAY_MS)).toEqual(retiring.endTime);
    expect(endNoLaterThan({ endTime: null }, TIME)).toEqual(new Date(TIME));
  });

  it("gives the successor as long a life as the token was given", () => {
    expect(successorEnd(active, TIME + 100 * DAY_MS)).toEqual(new Date(TIME + 465 * DAY_MS));
    expect(successorEnd({ ...active, endTime: null }, TIME)).toBeNull();
  });
});
