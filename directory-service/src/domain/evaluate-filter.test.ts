import { ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { and, comparison, element, equal, not, or } from "../../test/filters.ts";
import { SCIM_USER } from "./attributes.ts";
import { matchesElement, matchesJsonElement } from "./evaluate-filter.ts";

const emails = SCIM_USER.attributes["emails"] as { fields: Parameters<typeof matchesElement>[2] };
const work = { value: "Ada@work.com", type: "work", primary: true };
const matches = (filter: Parameters<typeof matchesElement>[0]) => matchesElement(filter, work, emails.fields);

describe("matchesElement", () => {
  it("compares by the filter's case rule", () => {
    expect(matches(equal("value", "ada@WORK.com"))).toBe(true);
    expect(matches(equal("value", "ada@WORK.com", true))).toBe(false);
  });

  it("combines conditions on one element", () => {
    expect(matches(and(equal("type", "work"), equal("primary", true)))).toBe(true);
    expect(matches(and(equal("type", "work"), not(equal("primary", true))))).toBe(false);
    expect(matches(or(equal("type", "home"), equal("primary", true)))).toBe(true);
  });

  it("takes ne for true where there is no value, and presence for false", () => {
    expect(matches(comparison("display", Op.COMPARISON_OPERATOR_NOT_EQUAL, "x"))).toBe(true);
    expect(matches(comparison("display", Op.COMPARISON_OPERATOR_PRESENT))).toBe(false);
  });

  it("refuses what elements do not have", () => {
    expect(() => matches(equal("mail", "x"))).toThrow(expect.objectContaining({ reason: "FILTER_INVALID" }));
  });
});

describe("matchesJsonElement", () => {
  const car = {
    plate: "B-1",
    seats: 5,
    bought: "2024-05-01T10:00:00+02:00",
    owners: [{ name: "Ada" }, { name: "Bob" }],
  };

  it("compares a value with what is of its type, and a date as the time that it says", () => {
    expect(matchesJsonElement(and(equal("plate", "b-1"), equal("seats", 5)), car)).toBe(true);
    expect(matchesJsonElement(equal("seats", "5"), car)).toBe(false);
    expect(matchesJsonElement(equal("bought", new Date("2024-05-01T08:00:00Z")), car)).toBe(true);
    expect(matchesJsonElement(equal("plate", new Date("2024-05-01T08:00:00Z")), car)).toBe(false);
    expect(matchesJsonElement(comparison("owners", Op.COMPARISON_OPERATOR_NOT_EQUAL, new Date(0)), car)).toBe(true);
  });

  it("is true where any value on the way satisfies it", () => {
    expect(matchesJsonElement(equal("owners.name", "bob"), car)).toBe(true);
    expect(matchesJsonElement(comparison("owners.age", Op.COMPARISON_OPERATOR_NOT_EQUAL, 1), car)).toBe(true);
    expect(matchesJsonElement(comparison("owners.age", Op.COMPARISON_OPERATOR_PRESENT), car)).toBe(false);
  });

  it("takes an element that is no object for its own value", () => {
    expect(matchesJsonElement(equal("value", "RED"), "red")).toBe(true);
    expect(matchesJsonElement(equal("name", "RED"), "red")).toBe(false);
    expect(matchesJsonElement(equal("value", "red"), { value: "red" })).toBe(true);
  });

  it("refuses elements of elements", () => {
    expect(() => matchesJsonElement(element("owners", equal("name", "Bob")), car)).toThrow("no list");
  });
});
