import { describe, expect, it } from "vitest";
import { maskFilter } from "./mask.ts";

describe("maskFilter", () => {
  it.each([
    ['userName eq "anna@example.com"', 'userName eq "***"'],
    [
      'emails[type eq "work" and primary eq true].value eq "a@b"',
      'emails[type eq "***" and primary eq true].value eq "***"',
    ],
    ["not (title pr) and urn:x:y:grade gt 7", 'not (title pr) and urn:x:y:grade gt "***"'],
    ["userName eq anna@example.com or employeeNumber eq 1.50", 'userName eq "***" or employeeNumber eq "***"'],
    ["manager eq null or active eq false", "manager eq null or active eq false"],
  ])("keeps names and operators of %s and no value", (filter, shown) => {
    expect(maskFilter(filter)).toBe(shown);
  });

  it("shows nothing of a filter that cannot be read", () => {
    expect(maskFilter('userName eq "anna@example.com')).toBe("***");
  });
});
