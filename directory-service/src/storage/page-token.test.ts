import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPageTokens } from "./page-token.ts";

const tokens = createPageTokens(Buffer.alloc(32, 1));
const refused = expect.objectContaining({ reason: "PAGE_TOKEN_INVALID" });

describe("createPageTokens", () => {
  it("gives back what it sealed, for the same scope", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.string({ unit: "grapheme", minLength: 1 }),
        (scope, cursor) => {
          expect(tokens.open(scope, tokens.seal(scope, cursor))).toBe(cursor);
        },
      ),
    );
  });

  it("refuses a token of another scope, however the parts are cut", () => {
    const token = tokens.seal(["acme", "user", ""], "x");
    for (const scope of [
      ["acme", "user", "f"],
      ["acmeuser", "", ""],
      ["acme", "user"],
      ["other", "user", ""],
    ])
      expect(() => tokens.open(scope, token)).toThrow(refused);
  });

  it("refuses what another key sealed, what was changed, and what is no token", () => {
    const token = tokens.seal(["a"], "cursor");
    const foreign = createPageTokens(Buffer.alloc(32, 2)).seal(["a"], "cursor");
    const changed = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    for (const bad of [foreign, changed, "", "x", "💥", token.slice(0, 21), "A".repeat(10_000)])
      expect(() => tokens.open(["a"], bad)).toThrow(refused);
  });
});
