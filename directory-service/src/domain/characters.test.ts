import { describe, expect, it } from "vitest";
import { charactersIn, firstCharacters } from "./characters.ts";

describe("characters", () => {
  it("are counted as code points", () => {
    expect(charactersIn("a😀b")).toBe(3);
  });

  it.each(["😀😀😀😀", "a😀😀😀😀", "😀a😀a", "ab😀😀", "abcdef", "abc", ""])("of %s are never cut in half", (text) => {
    expect(firstCharacters(text, 3)).toBe([...text].slice(0, 3).join(""));
  });
});
