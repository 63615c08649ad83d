import { describe, expect, it } from "vitest";
import { createLimiter } from "./rate-limit.ts";

const allowed = (take: () => void, times: number) =>
  Array.from({ length: times }).filter(() => {
    try {
      take();
      return true;
    } catch {
      return false;
    }
  }).length;

describe("a limiter", () => {
  it("lets a burst through and then as many as the rate", () => {
    let time = 0;
    const take = createLimiter({ perSecond: 500, burst: 1_000 }, () => time);
    expect(allowed(take, 1_500)).toBe(1_000);
    time = 100;
    expect(allowed(take, 100)).toBe(50);
    time = 1_100;
    expect(allowed(take, 1_500)).toBe(500);
  });

  it("does not save up more than a burst", () => {
    let time = 0;
    const take = createLimiter({ perSecond: 10, burst: 20 }, () => time);
    time = 3_600_000;
    expect(allowed(take, 50)).toBe(20);
  });

  it("says when to try again, in whole seconds and never 0", () => {
    const take = createLimiter({ perSecond: 0.25, burst: 1 }, () => 0);
    take();
    expect(take).toThrow(expect.objectContaining({ reason: "RATE_LIMITED", retryAfterSeconds: 4 }));
    const fast = createLimiter({ perSecond: 500, burst: 1 }, () => 0);
    fast();
    expect(fast).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
  });
});
