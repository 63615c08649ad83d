import { applyPatch } from "diff";
import { describe, expect, it } from "vitest";
import { textDifference } from "./text-difference.ts";

const named = (name: string, text: string) => ({ name, text });

describe("textDifference", () => {
  it("is a unified diff with three lines around each change", () => {
    const lines = Array.from({ length: 9 }, (_, index) => `${index + 1}\n`);
    const before = lines.join("");
    const after = before.replace("5\n", "five\n");
    expect(textDifference(named("a.yaml", before), named("b.yaml", after))).toBe(
      "--- a.yaml\n+++ b.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
    );
  });

  it("is empty for texts that are the same", () => {
    expect(textDifference(named("a", "x\n"), named("b", "x\n"))).toBe("");
  });

  it.each([
    ["the end of a line", "a\nb\n", "a\nb"],
    ["an empty text", "", "a\n"],
    ["no text any more", "a\nb", ""],
    ["line ends of Windows", "a\r\nb\r\n", "a\nb\n"],
    ["more lines than are compared", lines("a", 3_000), `${lines("b", 2_500)}c`],
    ["many lines out of none", "", lines("b", 2_500)],
  ])("leads from one text to the other: %s", (_, before, after) => {
    const patch = textDifference(named("a", before), named("b", after));
    expect(applyPatch(before, patch, { autoConvertLineEndings: false })).toBe(after);
  });
});

function lines(word: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join("");
}
