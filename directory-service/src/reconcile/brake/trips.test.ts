import { describe, expect, it } from "vitest";
import { enoughEnabled, mostAllowed, trips } from "./trips.ts";

const thresholds = { maxPeople: 25, maxPercent: 20, disabled: false };

describe("the brake", () => {
  it.each([
    // Of so many people one is disabled after the other; the brake trips at which?
    [10, undefined],
    [25, undefined],
    [26, 26],
    [30, 26],
    [125, 26],
    [130, 27],
    [1_000, 201],
    [100_000, 20_001],
  ])("of %i people who are disabled one by one trips at the %s. of them", (people, expected) => {
    const changes = Array.from({ length: people }, (_, disabledInWindow) => ({
      disabledInWindow,
      disabling: 1,
      enabledNow: people - disabledInWindow,
      thresholds,
    }));
    const tripped = changes.findIndex(trips);
    expect(tripped === -1 ? undefined : tripped + 1).toBe(expected);
  });

  it("trips by the people of a batch as by those of the window", () => {
    expect(trips({ disabledInWindow: 0, disabling: 200, enabledNow: 1_000, thresholds })).toBe(false);
    expect(trips({ disabledInWindow: 0, disabling: 201, enabledNow: 1_000, thresholds })).toBe(true);
    expect(trips({ disabledInWindow: 200, disabling: 1, enabledNow: 800, thresholds })).toBe(true);
  });

  it("needs both thresholds to be exceeded", () => {
    expect(trips({ disabledInWindow: 0, disabling: 26, enabledNow: 10_000, thresholds })).toBe(false);
    expect(trips({ disabledInWindow: 0, disabling: 25, enabledNow: 25, thresholds })).toBe(false);
    expect(
      trips({ disabledInWindow: 0, disabling: 2, enabledNow: 2, thresholds: { ...thresholds, maxPeople: 1 } }),
    ).toBe(true);
  });

  it("never trips where it is disabled or may disable everybody", () => {
    const change = { disabledInWindow: 0, disabling: 5_000, enabledNow: 5_000 };
    expect(trips({ ...change, thresholds: { ...thresholds, disabled: true } })).toBe(false);
    expect(trips({ ...change, thresholds: { ...thresholds, maxPercent: 100 } })).toBe(false);
    expect(trips({ ...change, thresholds: { ...thresholds, maxPeople: 5_000 } })).toBe(false);
  });

  it("says how many may be disabled", () => {
    expect([10, 125, 130, 1_000].map((enabled) => mostAllowed(enabled, thresholds))).toEqual([25, 25, 26, 200]);
    expect(mostAllowed(10, { ...thresholds, disabled: true })).toBe(Number.POSITIVE_INFINITY);
  });

  it("knows how far it has to count", () => {
    for (const maxPercent of [1, 7, 20, 33, 100])
      for (const disabledInWindow of [0, 3, 26, 400])
        for (const disabling of [1, 22, 23, 199]) {
          const change = { disabledInWindow, disabling, thresholds: { ...thresholds, maxPercent } };
          const enough = enoughEnabled(change);
          expect(trips({ ...change, enabledNow: enough })).toBe(false);
          if (enough > 0) expect(trips({ ...change, enabledNow: enough - 1 })).toBe(true);
        }
    expect(enoughEnabled({ disabledInWindow: 0, disabling: 25, thresholds })).toBe(0);
    expect(enoughEnabled({ disabledInWindow: 0, disabling: 99, thresholds: { ...thresholds, disabled: true } })).toBe(
      0,
    );
  });
});
