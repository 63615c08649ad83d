import { type Filter, ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { and, comparison, element, equal, not, or } from "../../test/filters.ts";
import { costOf } from "./filter-cost.ts";

const contains = (path: string) => comparison(path, Op.COMPARISON_OPERATOR_CONTAINS, "x");
const greater = (path: string, value: string) => comparison(path, Op.COMPARISON_OPERATOR_GREATER_THAN, value);

describe("costOf", () => {
  it.each<[string, Filter, comparisons: number, weight: number]>([
    ["what an index answers", or(equal("title", "a"), element("emails", equal("value", "b"))), 0, 0],
    ["what an index does not answer", contains("title"), 1, 1],
    ["an index beside it that finds many", and(equal("active", true), contains("title"), contains("locale")), 2, 2],
    ["an index beside it that finds few", and(equal("user_name", "a"), contains("title"), contains("locale")), 0, 0],
    ["alternatives of which an index answers some", or(equal("title", "a"), contains("locale")), 2, 2],
    ["what is denied", not(equal("title", "a")), 1, 1],
    ["elements", and(contains("emails.value"), element("emails", contains("value"))), 2, 8],
    ["attributes of extensions", contains("urn:example:2.0:User:a"), 1, 4],
    ["parts of one text", or(contains("title"), contains("title"), contains("locale")), 2, 2],
    ["parts of the same elements", or(contains("emails.value"), element("emails", contains("value"))), 1, 4],
    ["one text compared several times", or(greater("title", "a"), greater("title", "b")), 2, 2],
  ])("counts %s", (_, filter, comparisons, weight) => {
    expect(costOf(filter, "scim_user")).toEqual({ comparisons, weight, readsMembers: false });
  });

  it("knows what is asked of the members of groups", () => {
    for (const filter of [contains("groups.display"), not(element("groups", contains("display")))])
      expect(costOf(filter, "scim_user").readsMembers).toBe(true);
    expect(costOf(contains("members.display"), "scim_group").readsMembers).toBe(true);
  });
});
