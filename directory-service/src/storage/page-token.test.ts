import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPageTokens } from "./page-token.ts";

const key = Buffer.alloc(32, 1);
const tokens = createPageTokens(key);
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
    for (const bad of [
      foreign,
      changed,
      `${token}A`,
      `${token}=`,
      "",
      "x",
      "💥",
      token.slice(0, 21),
      "A".repeat(10_000),
    ])
      expect(() => tokens.open(["a"], bad)).toThrow(refused);
  });

  it("shows nobody what it sealed", () => {
    const token = Buffer.from(tokens.seal(["a"], "anna@example.com"), "base64url").toString("latin1");
    for (const part of ["anna", "example", "com"]) expect(token).not.toContain(part);
    expect(tokens.seal(["a"], "ann")).not.toBe(tokens.seal(["b"], "ann"));
  });

  it("refuses what it sealed more than 24 hours ago, and says why", () => {
    let now = Date.parse("2026-01-01T00:00:00Z");
    const clocked = createPageTokens(key, { now: () => now });
    const token = clocked.seal(["a"], "cursor");
    now += 24 * 3_600_000;
    expect(clocked.open(["a"], token)).toBe("cursor");
    now += 1;
    expect(() => clocked.open(["a"], token)).toThrow(expect.objectContaining({ reason: "PAGE_TOKEN_EXPIRED" }));
    expect(() => clocked.open(["b"], token)).toThrow(refused);
  });
});
