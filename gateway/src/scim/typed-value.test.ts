import { describe, expect, it } from "vitest";
import { readBinary, readDateTime, readNumber } from "./typed-value.ts";

describe("numbers", () => {
  it.each([0, -1.5, 1e300])("takes %s for a decimal", (value) => {
    expect(readNumber(value, "decimal", "x")).toBe(value);
  });

  it("stores -0 as 0", () => {
    expect(readNumber(-0, "integer", "x")).toBe(0);
  });

  it.each([
    ["1", "decimal", "x must be a number."],
    [true, "decimal", "x must be a number."],
    [Number.POSITIVE_INFINITY, "decimal", "x must be a number."],
    ["1", "integer", "x must be an integer."],
    [1.5, "integer", "x must be an integer between"],
    [2 ** 53, "integer", "x must be an integer between"],
  ] as const)("refuses %j for a %s", (value, type, detail) => {
    expect(() => readNumber(value, type, "x")).toThrow(detail);
  });
});

describe("dates", () => {
  it.each([
    ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00.000Z"],
    ["2026-01-31T08:00:00.5+02:00", "2026-01-31T06:00:00.500Z"],
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
  ])("stores %s in UTC", (raw, stored) => {
    expect(readDateTime(raw, "x")).toBe(stored);
  });

  it.each(["yesterday", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-01:00"])("refuses %s", (raw) => {
    expect(() => readDateTime(raw, "x")).toThrow("x must be a date and time");
  });
});

describe("binary data", () => {
  it.each(["TQ==", "TWE=", "TWFu", "TWE", "-_+/"])("takes %s", (raw) => {
    expect(readBinary(raw, "x")).toBe(raw);
  });

  it.each(["TWFuT", "T=Q=", "T Q=", "ä", "===="])("refuses %s", (raw) => {
    expect(() => readBinary(raw, "x")).toThrow("x must be base64.");
  });
});
