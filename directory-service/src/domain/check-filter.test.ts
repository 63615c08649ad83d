import { ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { and, comparison, element, equal, not } from "../../test/filters.ts";
import { checkFilter, type FilterType } from "./check-filter.ts";

const TYPES: Record<string, FilterType> = {
  title: "text",
  active: "boolean",
  name: "complex",
  emails: { list: (path) => (path === "type" ? "text" : undefined) },
  version: "number",
  "urn:x:y:z": "json",
};
const check = (filter: Parameters<typeof checkFilter>[0]) => checkFilter(filter, (path) => TYPES[path]);

describe("checkFilter", () => {
  it("passes what compares each attribute with a value of its type", () => {
    expect(() =>
      check(and(equal("title", "x"), not(equal("active", true)), element("emails", equal("type", "work")))),
    ).not.toThrow();
  });

  it("passes values of every type for an extension attribute and its elements", () => {
    const values = ["x", 1, true, new Date(0)];
    for (const value of values) expect(() => check(equal("urn:x:y:z", value))).not.toThrow();
    expect(() => check(element("urn:x:y:z", and(...values.map((value) => equal("a.b", value)))))).not.toThrow();
    expect(() => check(comparison("version", Op.COMPARISON_OPERATOR_LESS_THAN, 3))).not.toThrow();
  });

  it.each([
    ["an unknown attribute", equal("password", "x")],
    ["an unknown sub-attribute", element("emails", equal("mail", "x"))],
    ["a complex attribute compared", equal("name", "x")],
    ["text for a boolean", equal("active", "true")],
    ["an ordered boolean", comparison("active", Op.COMPARISON_OPERATOR_LESS_THAN, true)],
    ["a comparison with nothing", comparison("title", Op.COMPARISON_OPERATOR_EQUAL)],
    ["presence with a value", comparison("title", Op.COMPARISON_OPERATOR_PRESENT, "x")],
    ["U+0000", equal("title", "a\u0000")],
    ["an element of no list", element("name", equal("family_name", "x"))],
    ["text for a number", equal("version", "3")],
    ["part of a number", comparison("version", Op.COMPARISON_OPERATOR_CONTAINS, 3)],
    ["an element of an element", element("urn:x:y:z", element("a", equal("b", "x")))],
    ["a path to a prototype", element("urn:x:y:z", equal("a.__proto__", "x"))],
    ["nothing", {}],
    ["and of nothing", and()],
    ["101 expressions", and(...Array.from({ length: 100 }, () => equal("title", "x")))],
    [
      "17 levels",
      Array.from({ length: 16 }).reduce<ReturnType<typeof not>>((inner) => not(inner), equal("title", "x")),
    ],
  ])("refuses %s", (_, filter) => {
    expect(() => check(filter)).toThrow(expect.objectContaining({ reason: "FILTER_INVALID" }));
  });
});
