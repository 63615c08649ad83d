import fc from "fast-check";
import { type Filter as PeerFilter, parse } from "scim2-parse-filter";
import { describe, expect, it } from "vitest";
import type { FilterAst } from "../../gateway/src/scim/filter/ast.ts";
import { parseFilter } from "../../gateway/src/scim/filter/parser.ts";
import { printPath } from "../../gateway/src/scim/filter/print.ts";
import { object, partialObject } from "../arbitraries.ts";
import type { Json } from "../engine.ts";
import { type Engine, libraries, rollcall } from "./engines.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const SEED = 7644;

// Few values, so that they meet; in one case and without escapes, as the libraries know neither caseExact nor JSON.
const text = fc.constantFrom("a", "ab", "b", "ba", "c");
const element = object({ value: text, type: fc.constantFrom("work", "home"), primary: fc.constant(false) });
const attributes = {
  userName: text,
  title: text,
  nickName: text,
  active: fc.boolean(),
  name: partialObject({ familyName: text, givenName: text }),
  emails: fc.array(element, { minLength: 1, maxLength: 3 }),
  [ENTERPRISE]: object({ department: text }),
};
const user = partialObject(attributes, "userName");

const ordering = ["gt", "ge", "lt", "le"];
const onText = (paths: string[], operators: string[]) =>
  fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom(...operators), text)
    .map(([path, operator, value]) => `${path} ${operator} "${value}"`);
const singles = ["userName", "title", "nickName", "name.familyName", "name.givenName"];
const leaves = {
  text: onText(singles, ["eq", "co", "sw", "ew", ...ordering]),
  // Not equal to a value that is there: without one, scim2-parse-filter is wrong.
  unequal: onText(["userName"], ["ne"]),
  boolean: fc.tuple(fc.constantFrom("eq"), fc.boolean()).map(([operator, value]) => `active ${operator} ${value}`),
  present: fc.constantFrom(...singles, "active").map((path) => `${path} pr`),
  multiple: onText(["emails.value", "emails.type"], ["eq", "co", "sw", "ew"]),
  valuePath: onText(["value", "type"], ["eq", "sw"]).map((condition) => `emails[${condition}]`),
  extension: onText([`${ENTERPRISE}:department`], ["eq", "co"]),
};

/** Expressions joined by and and or, in parentheses where needed, to a depth. */
function logical(leaf: fc.Arbitrary<string>, not: boolean): fc.Arbitrary<string> {
  return fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 2, arbitrary: leaf },
      { weight: 2, arbitrary: fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map((all) => joined(all, "and")) },
      { weight: 2, arbitrary: fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map((all) => joined(all, "or")) },
      ...(not ? [{ weight: 1, arbitrary: tie("node").map((inner) => `not (${inner})`) }] : []),
    ),
  })).node;
}

/** Operands of one kind need parentheses; and binds tighter than or, so `a and b or c` needs none. */
function joined(operands: string[], keyword: "and" | "or"): string {
  return operands
    .map((operand) => (/ (and|or) /.test(operand) && !operand.startsWith("not (") ? `(${operand})` : operand))
    .join(` ${keyword} `);
}

describe("scim2-parse-filter", () => {
  const { text, unequal, boolean, present, multiple, valuePath, extension } = leaves;
  const filter = logical(fc.oneof(text, unequal, boolean, present, multiple, valuePath, extension), true);

  it("reads every filter as Rollcall does", () => {
    fc.assert(
      fc.property(filter, (text) => {
        expect(asPeer(parseFilter(text))).toEqual(parse(text));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it("finds the users that Rollcall finds", () => agree(libraries["scim2-parse-filter"], filter, user));
});

describe("scimmy", () => {
  const { text, unequal, boolean, multiple, valuePath } = leaves;
  // Two conditions on one list are taken for one element's, so there is at most one of them.
  const list = fc.oneof(multiple, valuePath);
  const single = fc.oneof(text, unequal, boolean);
  const several = (keyword: string, minLength: number) =>
    fc.array(single, { minLength, maxLength: 3 }).map((all) => all.join(keyword));
  const withList = (keyword: string) => fc.tuple(several(keyword, 1), list).map((all) => all.join(keyword));
  // One level of parentheses is all that it knows, and one expression alone in them may get lost.
  const groups = fc
    .array(several(" or ", 2), { minLength: 2, maxLength: 3 })
    .map((all) => all.map((each) => `(${each})`).join(" and "));
  const filter = fc.oneof(
    several(" or ", 1),
    several(" and ", 1),
    withList(" or "),
    withList(" and "),
    groups,
    single.map((inner) => `not (${inner})`),
  );

  // A sub-attribute of what is not there makes it crash.
  const complete = partialObject(attributes, "userName", "name", "emails");

  it("finds the users that Rollcall finds", () => agree(libraries.scimmy, filter, complete));
});

function agree(peer: Engine, filter: fc.Arbitrary<string>, user: fc.Arbitrary<Json>): void {
  fc.assert(
    fc.property(filter, fc.array(user, { minLength: 1, maxLength: 5 }), (text, users) => {
      const found = (engine: Engine) => users.map((each) => engine.matches(text, each));
      expect(found(rollcall)).toEqual(found(peer));
    }),
    { seed: SEED, numRuns: 1_000 },
  );
}

/** A tree in the words of scim2-parse-filter. */
function asPeer(ast: FilterAst): PeerFilter {
  switch (ast.kind) {
    case "and":
    case "or":
      return { op: ast.kind, filters: ast.operands.map(asPeer) };
    case "not":
      return { op: "not", filter: asPeer(ast.operand) };
    case "present":
      return { op: "pr", attrPath: printPath(ast.path) };
    case "compare":
      return { op: ast.operator, attrPath: printPath(ast.path), compValue: ast.value };
    case "valuePath":
      return {
        op: "[]",
        attrPath: printPath({ ...ast.path, element: undefined }),
        valFilter: asPeer(ast.path.element as FilterAst),
      };
  }
}
