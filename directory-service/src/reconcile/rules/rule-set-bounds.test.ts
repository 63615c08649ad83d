import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import * as bounds from "./bounds.ts";
import { checkRules } from "./check-expressions.ts";
import { validateRuleSet } from "./validate.ts";

const KIND = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

function rule(parts: Partial<Rule>): Rule {
  return { name: "R", description: "", disabled: false, let: [], when: "true", set: [], onCreate: [], ...parts };
}

function problemsIn(expression: string): string[] {
  return checkRules(KIND, [rule({ let: [{ name: "x", expression }], when: "x == x" })]).map(({ message }) => message);
}

function times(count: number, text: string): string {
  return text.repeat(count);
}

describe("all expressions of a rule set", () => {
  /** 50 rules whose expressions have so many words and signs together. */
  function ofWords(count: number): Rule[] {
    const one = "[0,0,0,0]";
    const perRule = Math.floor(count / 50);
    return Array.from({ length: 50 }, (_, index) => {
      // "true" and "x == x" are counted, too.
      const words = (index === 0 ? perRule + (count % 50) : perRule) - 1;
      const whole = Math.min(62, Math.floor(words / 9) - 1);
      const rest = words - whole * 9;
      const expressions = [...Array(whole).fill(one), `0${times((rest - 1) >> 1, "+0")}`];
      if (rest % 2 === 0) expressions.push("0");
      return rule({ name: `R${index}`, let: expressions.map((expression, at) => ({ name: `x${at}`, expression })) });
    });
  }

  it("may have as many words and signs as the limit says, and not one more", () => {
    const errors = (count: number) =>
      checkRules(KIND, ofWords(count)).flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
    expect(new Set(errors(bounds.RULE_SET_TOKEN_LIMIT + 1))).toEqual(
      new Set(["All expressions together have more than 30000 words and signs."]),
    );
    expect(errors(bounds.RULE_SET_TOKEN_LIMIT)).not.toContain(
      "All expressions together have more than 30000 words and signs.",
    );
  });

  it("may call matches as often as the limit says, and not once more", () => {
    const rules = (count: number) =>
      Array.from({ length: 2 }, (_, at) =>
        rule({
          name: `R${at}`,
          when: `[${Array(Math.ceil((count - at) / 2))
            .fill("user.title.matches('a')")
            .join(", ")}].all(x, x)`,
        }),
      );
    expect(checkRules(KIND, rules(bounds.RULE_SET_PATTERN_LIMIT))).toEqual([]);
    expect(checkRules(KIND, rules(bounds.RULE_SET_PATTERN_LIMIT + 1)).map(({ message }) => message)).toEqual([
      "All expressions together call matches more than 100 times.",
    ]);
  });

  it("are looked at until there are errors enough: 10 in one, 200 in all", () => {
    const wrong = Array(60).fill("nothing").join(" + ");
    const lets = Array.from({ length: 40 }, (_, at) => ({ name: `x${at}`, expression: wrong }));
    const problems = checkRules(KIND, [rule({ let: lets })]);
    expect(problems.filter(({ path }) => path === "let.x0")).toHaveLength(10);
    expect(problems).toHaveLength(200);
    expect(problems.every(({ severity }) => severity === "error")).toBe(true);
  });

  it("have 200 warnings at most, which hide no error", () => {
    const lets = Array.from({ length: 60 }, (_, at) => ({ name: `x${at}`, expression: "1" }));
    const rules = Array.from({ length: 10 }, (_, at) => rule({ name: `R${at}`, let: lets }));
    const problems = checkRules(KIND, [...rules, rule({ name: "Last", when: "nothing" })]);
    expect(problems.filter(({ severity }) => severity === "warning")).toHaveLength(200);
    expect(problems.filter(({ severity }) => severity === "error")).toHaveLength(1);
    // Only the first ten warnings of an expression are kept, and its error all the same.
    const unsure = `${Array(20).fill("user.active").join(" && ")} && nothing`;
    const own = checkRules(KIND, [rule({ when: unsure })]);
    expect(own.map(({ severity }) => severity)).toEqual([...Array(10).fill("warning"), "error"]);
  });

  it("may be built on one another: of very large objects it is forgotten what is in them", () => {
    // Each level has the one below twice, so 12 levels have 4,096 parts.
    const tower = Array.from({ length: 12 }, (_, level) => {
      const expression = level === 0 ? '{"k": 1}' : `{"l": t${level - 1}, "r": t${level - 1}}`;
      return { name: `t${level}`, expression };
    });
    const reading = (level: number) =>
      rule({ let: tower.slice(0, level + 1), when: `t${level}${times(level, ".l")}.x == 1` });
    expect(checkRules(KIND, [reading(6)]).map(({ message }) => message)).toEqual(["t6.l.l.l.l.l.l has no field x."]);
    expect(checkRules(KIND, [reading(11)])).toEqual([]);
  });

  it("may share parts: objects that are joined again and again are known still", () => {
    const lets = [
      { name: "a", expression: '{"k": {"name": 1}}' },
      { name: "b", expression: '{"k": {"name": "x"}, "m": 1}' },
      { name: "all", expression: `[${Array(60).fill("a, b").join(", ")}]` },
      { name: "wrong", expression: "first(all).k.nam" },
    ];
    const problems = checkRules(KIND, [rule({ let: lets, when: "wrong == wrong" })]);
    expect(problems.map(({ message, suggestion }) => [message, suggestion])).toEqual([
      ["The object has no field nam.", "name"],
    ]);
  });
});

describe("a name that every object of JavaScript has", () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  it.each(names)("%s means nothing in an expression", (name) => {
    for (const source of [
      name,
      `${name}(user)`,
      `user.${name}`,
      `user.${name}()`,
      `user.title.${name}('b')`,
      `user.emails.${name}(e, e)`,
      `String.${name}(user.title)`,
    ])
      expect(problemsIn(source)).not.toEqual([]);
    expect(problemsIn(`formatDate("a", "${name}", "dd")`)[0]).toMatch(/^This format cannot be used: /);
  });

  it.each(names)("%s means nothing in a file", (name) => {
    for (const line of [`${name}: 1`, `disabled: ${name}`, `when: ${name}`, `set: {${name}: '1'}`]) {
      const text = `kind: scim_user\nrules:\n  - name: A\n    ${line}\n`;
      const { problems } = validateRuleSet(undefined, { text });
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.map(({ suggestion }) => typeof suggestion)).toEqual(problems.map(() => "string"));
    }
  });
});
