import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryRules } from "../../../../test/arbitrary-rules.ts";
import { defaultGroupRules, defaultUserRules } from "../default-rules.ts";
import { parseRuleSet } from "./parse.ts";
import { printRuleSet } from "./print.ts";

const { SCIM_RECORD_KIND_SCIM_USER: USER, SCIM_RECORD_KIND_SCIM_GROUP: GROUP } = ScimRecordKind;

describe("rules as a YAML file", () => {
  it("read as the same rules", () => {
    fc.assert(
      fc.property(fc.constantFrom(USER, GROUP), arbitraryRules, (kind, rules) => {
        expect(parseRuleSet(printRuleSet(kind, rules))).toMatchObject({ kind, rules, problems: [] });
      }),
      { numRuns: 150 },
    );
  });

  it("have lines that fit on a screen, and no quotes that are not needed", () => {
    for (const text of [printRuleSet(USER, defaultUserRules), printRuleSet(GROUP, defaultGroupRules)])
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    expect(printRuleSet(GROUP, defaultGroupRules)).toBe(`kind: scim_group
rules:
  - name: SCIM group to organization
    description: >-
      Keeps the organization that the group is linked to, or else finds an enabled one by the
      group's display name; keeps the organization's name in line. Never creates an organization.
    when: '!deleted'
    set:
      organization: 'organization.exists ? [] : [byName(group.displayName)]'
      name: group.displayName
`);
  });

  it("keep the lines of an expression, and say [] where there are no rules", () => {
    const rule = { ...structuredClone(defaultGroupRules[0]), when: "!deleted\n  && true // always" };
    expect(printRuleSet(GROUP, [rule as (typeof defaultGroupRules)[0]])).toContain(
      "    when: |-\n      !deleted\n        && true // always\n",
    );
    const commented = { ...rule, when: `!deleted // ${"why ".repeat(40)}it is so` };
    expect(printRuleSet(GROUP, [commented as (typeof defaultGroupRules)[0]])).toContain(
      "when: |-\n      !deleted // why why",
    );
    expect(printRuleSet(USER, [])).toBe("kind: scim_user\nrules: []\n");
  });
});
