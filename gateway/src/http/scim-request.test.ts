import { describe, expect, it } from "vitest";
import { recordOf, toDuration } from "./scim-request.ts";

describe("recordOf", () => {
  it("knows the record by the route", () => {
    expect(recordOf("/scim/v2/Users/:id", "a")).toEqual({ recordKind: 1, recordId: "a" });
    expect(recordOf("/Groups", "b")).toEqual({ recordKind: 2, recordId: "b" });
    expect(recordOf("/Schemas/:id", "urn:x")).toEqual({});
    expect(recordOf("/Users", undefined)).toEqual({});
  });
});

describe("toDuration", () => {
  it("splits milliseconds", () => {
    expect(toDuration(1_234.5)).toEqual({ seconds: 1, nanos: 234_500_000 });
  });
});
