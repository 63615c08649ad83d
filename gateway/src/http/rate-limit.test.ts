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
    const limit = createLimiter(() => time);
    const take = () => limit({ perSecond: 500, burst: 1_000 });
    expect(allowed(take, 1_500)).toBe(1_000);
    time = 100;
    expect(allowed(take, 100)).toBe(50);
    time = 1_100;
    expect(allowed(take, 1_500)).toBe(500);
  });

  it("does not save up more than a burst", () => {
    let time = 0;
    const limit = createLimiter(() => time);
    time = 3_600_000;
    expect(allowed(() => limit({ perSecond: 10, burst: 20 }), 50)).toBe(20);
  });

  it("says when to try again, in whole seconds and never 0", () => {
    const limit = createLimiter(() => 0);
    limit({ perSecond: 0.25, burst: 1 });
    expect(() => limit({ perSecond: 0.25, burst: 1 })).toThrow(
      expect.objectContaining({ reason: "RATE_LIMITED", retryAfterSeconds: 4 }),
    );
    const fast = createLimiter(() => 0);
    fast({ perSecond: 500, burst: 1 });
    expect(() => fast({ perSecond: 500, burst: 1 })).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
  });

  it("takes another rate from one request to the next", () => {
    let time = 0;
    const limit = createLimiter(() => time);
    expect(allowed(() => limit({ perSecond: 10, burst: 100 }), 60)).toBe(60);
    expect(allowed(() => limit({ perSecond: 10, burst: 20 }), 1)).toBe(0);
    expect(allowed(() => limit({ perSecond: 10, burst: 200 }), 500)).toBe(180);
    time = 2_000;
    expect(allowed(() => limit({ perSecond: 100, burst: 20 }), 50)).toBe(20);
  });

  it("makes the next request wait for what was let in together, beyond the burst too", () => {
    let time = 0;
    const limit = createLimiter(() => time);
    const take = () => limit({ perSecond: 500, burst: 1_000 });
    take();
    limit.owe(1_999);
    expect(take).toThrow(expect.objectContaining({ reason: "RATE_LIMITED", retryAfterSeconds: 3 }));
    time = 2_000;
    expect(allowed(take, 10)).toBe(0);
    time = 2_020;
    expect(allowed(take, 20)).toBe(10);
  });
});
