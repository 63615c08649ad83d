import { ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { and, comparison, equal, not, or } from "../../test/filters.ts";
import { SCIM_USER } from "./attributes.ts";
import { matchesElement } from "./evaluate-filter.ts";

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
