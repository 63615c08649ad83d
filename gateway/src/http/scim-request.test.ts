import { describe, expect, it } from "vitest";
import { maskedPath, recordOf, toDuration } from "./scim-request.ts";

describe("maskedPath", () => {
  it.each([
    ["/scim/v2/Users/0191f0a5-0000-7000-8000-000000000001", "/scim/v2/Users/0191f0a5-0000-7000-8000-000000000001"],
    ["/Users?filter=userName+eq+%22anna%40example.com%22&count=2", '/Users?filter=userName eq "***"&count=2'],
    ["/Users?filter=userName eq anna@example.com", '/Users?filter=userName eq "***"'],
    ["/Users/anna@example.com", "/Users/***"],
    ["/Users/anna%40example.com", "/Users/***"],
    ["/Users?cursor=YW5uYUBleGFtcGxlLmNvbQ&startIndex=1", "/Users?cursor=***&startIndex=1"],
    ["/Users?email=anna@example.com&sortBy=name.familyName", "/Users?email=***&sortBy=name.familyName"],
    ["/Users?attributes=userName,urn:ietf:params:scim:schemas:core:2.0:User:emails.value", undefined],
    ["/Schemas/urn:ietf:params:scim:schemas:core:2.0:User?", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"],
  ])("shows of %s what it asks for and no value", (url, shown) => {
    expect(maskedPath(url)).toBe(shown ?? url);
  });
});

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
