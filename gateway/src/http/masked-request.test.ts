import { describe, expect, it } from "vitest";
import { maskedDetail, maskedPath } from "./masked-request.ts";

const id = "0191f0a5-0000-7000-8000-000000000001";
const users = "/scim/v2/Users/:id";

describe("maskedPath", () => {
  it.each([
    [`/scim/v2/Users/${id}`, users, undefined],
    ["/Users?filter=userName+eq+%22anna%40example.com%22&count=2", "/Users", '/Users?filter=userName eq "***"&count=2'],
    ["/Users?filter=userName eq anna@example.com", "/Users", '/Users?filter=userName eq "***"'],
    ["/Users?filter=userName eq secret1 Secret2name", "/Users", "/Users?filter=***"],
    ["/Users/anna@example.com", "/Users/:id", "/Users/***"],
    ["/Users/anna%40example.com", "/Users/:id", "/Users/***"],
    ["/Users/anna.smith", "/Users/:id", "/Users/***"],
    ["/Users/4711", "/Users/:id", "/Users/***"],
    [`/Users/rct_${"A".repeat(49)}`, "/Users/:id", "/Users/***"],
    ["/Schemas/urn:rct_secret", "/Schemas/:id", "/Schemas/***"],
    ["//Users", "/Users", "//Users"],
    ["/Foo/Secret33", "", "/***/***"],
    ["/Users/anna", "/scim/v2/Bulk", "/Users/***"],
    ["/Users?cursor=YW5uYUBleGFtcGxlLmNvbQ&startIndex=1", "/Users", "/Users?cursor=***&startIndex=1"],
    ["/Users?email=anna@example.com&sortBy=name.familyName", "/Users", "/Users?***=***&sortBy=name.familyName"],
    ["/Users?rct_secret=1&StartIndex=anna&sortOrder=smith", "/Users", "/Users?***=***&StartIndex=***&sortOrder=***"],
    ["/Users?filter=userName eq rct_secret&attributes=rct_secret", "/Users", "/Users?filter=***&attributes=***"],
    [
      "/Users?attributes=userName,urn:ietf:params:scim:schemas:core:2.0:User:emails.value&sortOrder=Descending",
      "/Users",
      undefined,
    ],
    [
      "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User?",
      "/Schemas/:id",
      "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
    ],
  ])("shows of %s what it asks for and no value", (url, pattern, shown) => {
    expect(maskedPath(url, pattern)).toBe(shown ?? url);
  });
});

describe("maskedDetail", () => {
  it.each([
    ["Expected the end at position 20, found Secret2name.", "Expected the end at position 20, found ***."],
    ["Expected a value at position 12, found 'O'Secret3'.", "Expected a value at position 12, found ***."],
    ["Expected and at position 2, found Secret4@x.com.", "Expected and at position 2, found ***."],
    ['There is no User with the id "Secret9@x.com".', 'There is no User with the id "***".'],
    ['There is no User with the id "a"Secret".', 'There is no User with the id "***".'],
    [`There is no User with the id "${id}".`, undefined],
    ['members: There is no user or group with id "anna".', 'members: There is no user or group with id "***".'],
    ["emails[type eq Secret].foo: foo is not an attribute.", "emails[***].foo: foo is not an attribute."],
    ["emails[0].value must be a string.", undefined],
    ["anna@example.com is not an attribute of User.", "*** is not an attribute of User."],
    ["schemas: rct_secret is not known.", "schemas: *** is not known."],
    ["nickNam is not an attribute of User. Did you mean nickName?", undefined],
  ])("tells of %s no value", (detail, shown) => {
    expect(maskedDetail(detail)).toBe(shown ?? detail);
  });
});
