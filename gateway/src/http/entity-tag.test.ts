import { describe, expect, it } from "vitest";
import { entityTagWithGroups } from "./entity-tag.ts";

const staff = { value: "g", display: "Staff", type: "direct" };
const sales = { value: "h", display: "Sales", type: "direct" };

describe("entityTagWithGroups", () => {
  it("is the version's tag for a user without groups", () => {
    expect(entityTagWithGroups(3, [])).toBe('W/"3"');
  });

  it("has a hash after the version that groups in any order give", () => {
    expect(entityTagWithGroups(3, [staff, sales])).toMatch(/^W\/"3-[0-9a-f]{12}"$/);
    expect(entityTagWithGroups(3, [sales, staff])).toBe(entityTagWithGroups(3, [staff, sales]));
  });

  it("is another one for other groups, names and versions", () => {
    const seen = [[], [staff], [staff, sales], [{ ...staff, value: "h" }], [{ ...staff, display: "All" }]];
    const tags = seen.flatMap((groups) => [entityTagWithGroups(3, groups), entityTagWithGroups(4, groups)]);
    expect(new Set(tags).size).toBe(tags.length);
  });
});
