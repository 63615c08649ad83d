import { describe, expect, it } from "vitest";
import { manualOrigins, mergeOrigins, originOf, type PersonOrigin, ruleOrigins } from "./person-origin.ts";

const run = { executionId: "e1", revision: 3, recordId: "u", time: 1 };

describe("the origins of a person's fields", () => {
  it("are one for each rule, and say what is set on new people only", () => {
    const sources = new Map([
      ["name", { rule: "A", onCreate: false }],
      ["locale", { rule: "A", onCreate: true }],
      ["vip", { rule: "B", onCreate: false }],
    ]);
    expect(ruleOrigins(run, sources, ["name", "locale", "vip", "organization_id"])).toEqual([
      { ...run, rule: "A", fields: ["name", "on_create.locale"] },
      { ...run, rule: "B", fields: ["vip"] },
    ]);
  });

  it("lose what changes to the fresh one, and go when nothing is left", () => {
    const older: PersonOrigin[] = [
      { ...run, rule: "A", fields: ["name", "on_create.locale"] },
      { tokenId: "t", time: 2, fields: ["vip"] },
    ];
    const fresh = manualOrigins("t2", ["locale", "vip"], new Date(3));
    const merged = mergeOrigins(older, ["locale", "vip"], fresh);
    expect(merged).toEqual([
      { ...run, rule: "A", fields: ["name"] },
      { tokenId: "t2", time: 3, fields: ["locale", "vip"] },
    ]);
    expect(mergeOrigins(merged, ["vip"], [])).toMatchObject([{ fields: ["name"] }, { fields: ["locale"] }]);
  });

  it("are found by the field's name", () => {
    const origin: PersonOrigin = { ...run, rule: "A", fields: ["name", "on_create.locale"] };
    expect(originOf([origin], "locale")).toEqual({ origin, onCreate: true });
    expect(originOf([origin], "name")).toEqual({ origin, onCreate: false });
    expect(originOf([origin], "vip")).toBeUndefined();
  });
});
