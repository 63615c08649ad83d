import { describe, expect, it } from "vitest";
import { boundedValue } from "./execution.ts";

describe("the recorded value of an expression", () => {
  it("is the value itself where its JSON has at most 4,096 characters", () => {
    const value = ["😀".repeat(4_092)];
    expect(boundedValue(value)).toBe(value);
    expect(boundedValue(undefined)).toBeUndefined();
  });

  it.each(["", "x"])("is never cut inside a character (after %j)", (lead) => {
    const bounded = boundedValue(lead + "😀".repeat(5_000)) as string;
    expect(bounded.isWellFormed()).toBe(true);
    expect([...bounded]).toHaveLength(4_097);
    expect(bounded.endsWith("😀…")).toBe(true);
  });
});
