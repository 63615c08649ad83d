import { describe, expect, it } from "vitest";
import { ifMatchVersions, isNotModified, isRefused } from "./precondition.ts";

describe("ifMatchVersions", () => {
  it.each([
    [undefined, []],
    ["*", []],
    ['W/"3"', [3]],
    ['"3"', [3]],
    ['W/"3", "14" ,W/"159"', [3, 14, 159]],
    ['W/"3-9f86d081884c"', [3]],
    // Tags that no record of this server ever has.
    ['W/"abc"', [0]],
    ['"3", W/"-ab", W/"3-", W/"3-xyz"', [3, 0, 0, 0]],
    ['"1234567890123456"', [0]],
    ['""', [0]],
  ])("reads %j", (header, versions) => {
    expect(ifMatchVersions(header)).toEqual(versions);
  });

  it.each(["3", '"3', 'w/"3"', "", '"3",', '*, "3"', '"a"b"', "W/3"])("refuses %j by name", (header) => {
    expect(() => ifMatchVersions(header)).toThrow(
      expect.objectContaining({ status: 400, scimType: "invalidValue", detail: expect.stringContaining("If-Match") }),
    );
  });
});

describe("isRefused", () => {
  it.each([
    ["*", true],
    ['W/"3"', true],
    ['"2", "3-9f86d081884c"', true],
    ['W/"2"', false],
  ])("with %j is %s for a user of version 3 with groups", (header, expected) => {
    expect(isRefused(header, ['W/"3-9f86d081884c"', 'W/"3"'])).toBe(expected);
    expect(isRefused(header, [])).toBe(false);
  });

  it("refuses what is no tag by name", () => {
    expect(() => isRefused("3", [])).toThrow(
      expect.objectContaining({ status: 400, detail: expect.stringContaining("If-None-Match") }),
    );
  });
});

describe("isNotModified", () => {
  it.each([
    [undefined, false],
    ["*", true],
    ['W/"3"', true],
    ['"3"', true],
    ['"2", W/"3"', true],
    ['W/"4"', false],
    ['W/"3-9f86d081884c"', false],
    ["nonsense", false],
    ["", false],
  ])("with %j is %s for version 3", (header, expected) => {
    expect(isNotModified(header, 'W/"3"')).toBe(expected);
  });

  it("wants the same groups of a user that has some", () => {
    expect(isNotModified('W/"3-9f86d081884c"', 'W/"3-9f86d081884c"')).toBe(true);
    expect(isNotModified('W/"3"', 'W/"3-9f86d081884c"')).toBe(false);
  });
});
