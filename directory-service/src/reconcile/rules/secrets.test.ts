import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { describe, expect, it } from "vitest";
import { compileRuleSet } from "./compile.ts";
import { evaluateRules } from "./evaluate.ts";
import { concealAt, concealedNames } from "./secrets.ts";
import { complete, userVariables, type Variables } from "./variables.ts";

const URN = "urn:example:2.0:User";
const secrets = [
  [URN, "pin"],
  [URN, "door", "code"],
];
const user = { title: "T", extensions: { [URN]: { pin: "S3CRET", badge: "7", door: { code: "S3CRET", floor: 2 } } } };
const variables = complete(userVariables, { user }) as Variables;

function evaluate(expressions: Record<string, string>, lets: Record<string, string> = {}, when = "true") {
  const named = (given: Record<string, string>) =>
    Object.entries(given).map(([name, expression]) => ({ name, expression }));
  const rule: Rule = {
    name: "R",
    description: "",
    disabled: false,
    let: named(lets),
    when,
    set: named(expressions),
    onCreate: [],
  };
  const ruleSet = compileRuleSet(1, 1, [rule]);
  return evaluateRules(ruleSet, variables, concealedNames(ruleSet, secrets));
}

describe("a secret attribute", () => {
  it.each([
    ["its path", `user.extensions["${URN}"].pin`],
    ["keys only", `user["extensions"]["${URN}"]["pin"]`],
    ["a sub-attribute", `user.extensions["${URN}"].door.code`],
    ["something made of it", `user.title + " " + string(user.extensions["${URN}"].pin)`],
    ["a key that is worked out", 'string(user.extensions["urn:example:" + "2.0:User"].pin)'],
  ])("may be read by %s, and the record of the execution does not show it", (_, expression) => {
    const { set, values, error } = evaluate({ job_title: expression });
    expect(error).toBeUndefined();
    expect(JSON.stringify(set.get("job_title")?.value)).toContain("S3CRET");
    expect(values.get("job_title")).toBe("***");
  });

  it("is not shown by way of a let either, but whether it is there is", () => {
    const { values } = evaluate(
      { job_title: "pin", vip: "isPresent(pin)", location: "user.title", cost_center: "none" },
      { pin: `string(user.extensions["${URN}"].pin)`, none: `user.extensions["${URN}"].door.code == "" ? "x" : null` },
    );
    expect(Object.fromEntries(values)).toMatchObject({
      pin: "***",
      job_title: "***",
      vip: true,
      location: "T",
      none: null,
      cost_center: null,
    });
  });

  it("is not in what an error says", () => {
    for (const { error } of [
      evaluate({ job_title: `string(int(string(user.extensions["${URN}"].pin)))` }),
      evaluate({ job_title: '"x"' }, {}, `int(string(user.extensions["${URN}"].pin)) > 1`),
    ]) {
      expect(error?.message).toMatch(/fails on a value that is not shown/);
      expect(error?.message).not.toContain("S3CRET");
    }
  });

  it("leaves what is beside it as it is", () => {
    const badge = ["user", "extensions", URN, "badge"];
    expect(concealAt(badge, "7", secrets)).toBe("7");
    expect(concealAt(["user", "extensions"], user.extensions, secrets)).toEqual({
      [URN]: { pin: "***", badge: "7", door: { code: "***", floor: 2 } },
    });
    expect(evaluate({ job_title: `user.extensions["${URN}"].badge` }).values.get("job_title")).toBe("7");
  });
});
