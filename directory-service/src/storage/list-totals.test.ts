import { describe, expect, it } from "vitest";
import { createListTotals } from "./list-totals.ts";

describe("createListTotals", () => {
  it("knows a total until something changes", () => {
    const totals = createListTotals();
    totals.set("a", 5, 42);
    expect(totals.get("a", 5)).toBe(42);
    expect(totals.get("a", 6)).toBeUndefined();
    expect(totals.get("b", 5)).toBeUndefined();
  });
});
