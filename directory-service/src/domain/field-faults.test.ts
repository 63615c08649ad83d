import { describe, expect, it } from "vitest";
import { textFault, timeZoneFault } from "./field-faults.ts";

describe("a text", () => {
  it("is measured in characters", () => {
    expect(textFault("😀".repeat(128), 128)).toBeUndefined();
    expect(textFault("😀".repeat(129), 128)).toBe("must have at most 128 characters.");
  });
});

describe("a time zone", () => {
  it.each(["", "Europe/Amsterdam", "europe/amsterdam", "UTC"])('may be "%s", asked twice', (name) => {
    expect([timeZoneFault(name), timeZoneFault(name)]).toEqual([undefined, undefined]);
  });

  it.each(["+01:00", "Mars/Base", " UTC"])('is not "%s"', (name) => {
    expect(timeZoneFault(name)).toBe('must be an IANA name such as "Europe/Berlin".');
  });
});
