import {
  type DeepPartial,
  RuleDifferenceKind as Kind,
  Rule,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { describe, expect, it } from "vitest";
import { ruleSetDifferences } from "./rule-set-differences.ts";

const rule = (name: string, rest: DeepPartial<Rule> = {}) =>
  Rule.fromPartial({ name, when: "true", set: [{ name: "job_title", expression: `"${name}"` }], ...rest });
const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => rule(name)) as [Rule, Rule, Rule, Rule];

describe("ruleSetDifferences", () => {
  it("finds none between the same rules", () => {
    expect(ruleSetDifferences([a, b], [a, b])).toEqual([]);
  });

  it("names every part that differs, as problems name it", () => {
    const before = rule("a", {
      let: [{ name: "x", expression: "1" }],
      onCreate: [{ name: "locale", expression: "null" }],
    });
    const after = rule("a", {
      description: "More",
      disabled: true,
      when: "!deleted",
      let: [{ name: "x", expression: "2" }],
      set: [
        { name: "job_title", expression: '"a"' },
        { name: "vip", expression: "true" },
      ],
    });
    expect(ruleSetDifferences([before], [after])).toEqual([
      {
        rule: "a",
        kind: Kind.RULE_DIFFERENCE_KIND_CHANGED,
        positionBefore: 1,
        positionAfter: 1,
        parts: [
          { path: "description", before: "", after: "More" },
          { path: "disabled", before: "", after: "true" },
          { path: "let.x", before: "1", after: "2" },
          { path: "when", before: "true", after: "!deleted" },
          { path: "set.vip", before: "", after: "true" },
          { path: "on_create.locale", before: "null", after: "" },
        ],
      },
    ]);
  });

  it("gives all parts of a rule that came or went, those that went last", () => {
    expect(ruleSetDifferences([a, b], [c, b])).toEqual([
      {
        rule: "c",
        kind: Kind.RULE_DIFFERENCE_KIND_ADDED,
        positionBefore: 0,
        positionAfter: 1,
        parts: [
          { path: "name", before: "", after: "c" },
          { path: "when", before: "", after: "true" },
          { path: "set.job_title", before: "", after: '"c"' },
        ],
      },
      {
        rule: "a",
        kind: Kind.RULE_DIFFERENCE_KIND_REMOVED,
        positionBefore: 1,
        positionAfter: 0,
        parts: [
          { path: "name", before: "a", after: "" },
          { path: "when", before: "true", after: "" },
          { path: "set.job_title", before: '"a"', after: "" },
        ],
      },
    ]);
  });

  it("knows a rule again that only got another name", () => {
    const renamed = { ...a, name: "z" };
    expect(ruleSetDifferences([a, b], [renamed, b])).toEqual([
      {
        rule: "z",
        kind: Kind.RULE_DIFFERENCE_KIND_CHANGED,
        positionBefore: 1,
        positionAfter: 1,
        parts: [{ path: "name", before: "a", after: "z" }],
      },
    ]);
  });

  it("calls moved only what changed places with others, not what made room", () => {
    const kinds = (before: Rule[], after: Rule[]) =>
      ruleSetDifferences(before, after).map(({ rule, kind }) => [rule, kind]);
    expect(kinds([a, b, c], [d, a, b, c])).toEqual([["d", Kind.RULE_DIFFERENCE_KIND_ADDED]]);
    expect(kinds([a, b, c, d], [b, c, d])).toEqual([["a", Kind.RULE_DIFFERENCE_KIND_REMOVED]]);
    expect(kinds([a, b, c, d], [d, a, b, c])).toEqual([["d", Kind.RULE_DIFFERENCE_KIND_MOVED]]);
    expect(kinds([a, b, c, d], [b, c, d, a])).toEqual([["a", Kind.RULE_DIFFERENCE_KIND_MOVED]]);
  });

  it("says that expressions have changed places", () => {
    const [x, y] = [
      { name: "x", expression: "1" },
      { name: "y", expression: "2" },
    ];
    const [before, after] = [rule("a", { let: [x, y] }), rule("a", { let: [y, x] })];
    expect(ruleSetDifferences([before], [after])[0]?.parts).toEqual([{ path: "let", before: "x, y", after: "y, x" }]);
  });
});
