import { describe, expect, it } from "vitest";
import { attributePaths, pathText } from "./attribute-paths.ts";
import { parseExpression } from "./syntax/parse-expression.ts";

function pathsIn(source: string): string[] {
  const parsed = parseExpression(source);
  if ("message" in parsed) throw new Error(parsed.message);
  return attributePaths(parsed.expr).map(pathText);
}

describe("what an expression looks at", () => {
  it.each([
    ["user.name.givenName", ["user.name.givenName"]],
    ['joinPresent([user.name.givenName, user.name.familyName], " ")', ["user.name.givenName", "user.name.familyName"]],
    ["user.emails.filter(e, e.primary).map(e, e.value + user.title)", ["user.emails", "user.title"]],
    ['groups.filter(g, g.organizationId != "").map(g, byId(g.organizationId))', ["groups"]],
    ['user.extensions["urn:x:2.0:User"].badge', ['user.extensions["urn:x:2.0:User"].badge']],
    ['user.customFields["badge-no"]', ['user.customFields["badge-no"]']],
    ["user.extensions[user.title]", ["user.extensions", "user.title"]],
    ["user.emails[0].value", ["user.emails"]],
    ["deleted || user.active == false", ["deleted", "user.active"]],
    ["has(user.extensions.x) ? full_name : full_name", ["user.extensions.x", "full_name"]],
    ['"nothing"', []],
  ])("%s", (source, paths) => {
    expect(pathsIn(source)).toEqual(paths);
  });
});
