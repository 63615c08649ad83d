import { ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { and, comparison, element, equal, not, or } from "../../test/filters.ts";
import { mergeAlternatives } from "./filter-alternatives.ts";

const contains = (path: string, value: string) => comparison(path, Op.COMPARISON_OPERATOR_CONTAINS, value);
const merged = (...filters: Parameters<typeof or>) => mergeAlternatives(or(...filters), "scim_user");

describe("mergeAlternatives", () => {
  it("asks a list all alternatives at once, in value paths and without, and leaves the others alone", () => {
    const other = contains("title", "x");
    expect(
      merged(
        contains("emails.value", "a"),
        other,
        element("emails", contains("type", "b")),
        contains("ims.value", "c"),
      ),
    ).toEqual(
      or(element("emails", or(contains("value", "a"), contains("type", "b"))), other, contains("ims.value", "c")),
    );
  });

  it("does so inside and and not", () => {
    const both = or(contains("emails.value", "a"), contains("emails.value", "b"));
    const one = or(element("emails", or(contains("value", "a"), contains("value", "b"))));
    expect(mergeAlternatives(and(not(both), both), "scim_user")).toEqual(and(not(one), one));
  });

  it("keeps apart what all elements have a say in, what an index answers and what all have to satisfy", () => {
    const unequal = comparison("emails.value", Op.COMPARISON_OPERATOR_NOT_EQUAL, "a");
    for (const filter of [
      or(unequal, unequal),
      or(equal("emails.value", "a"), equal("emails.value", "b")),
      and(contains("emails.value", "a"), contains("emails.value", "b")),
      or(contains("urn:example:2.0:User:a.b", "a"), contains("urn:example:2.0:User:a.b", "b")),
    ])
      expect(mergeAlternatives(filter, "scim_user")).toEqual(filter);
  });
});
