import fc from "fast-check";

/** Texts that break what handles text carelessly. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\t\r\n",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "a\udfff",
    "\ufeff",
    "\u202eright to left",
    "مرحبا",
    "e\u0301",
    "İı",
    "ẞß",
    "😀".repeat(8),
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍",
    "'; drop table scim_user; --",
    "%_\\",
    "{{7*7}}",
    "../../etc/passwd",
    "<script>",
    "null",
    "NaN",
    "1e999",
    '"',
    "\\",
    "\\u0000",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  longText(),
);

/** Just at, one over and far over the lengths that are limits, and the ones on which regular expressions choke. */
function longText(): fc.Arbitrary<string> {
  const length = fc.constantFrom(127, 129, 255, 256, 1_024, 1_025, 4_096, 5_000, 16_385, 65_537);
  const unit = fc.constantFrom("x", "é", "😀", " ", "a.", "(", "[", "a:", "\\", '"', "not ", "-", "_", "%25");
  return fc.tuple(unit, length).map(([each, count]) => each.repeat(count));
}

/** A text with one small thing wrong: a piece left out, doubled, put in or in another case. */
export function mutated(text: fc.Arbitrary<string>, insertions: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    kind: fc.constantFrom("drop", "double", "insert", "capitals", "cut"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 8 }),
    insertion: fc.constantFrom(...insertions),
  });
  return fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 3 })).map(([given, changes]) =>
    changes.reduce((current, { kind, at, length, insertion }) => {
      const start = Math.floor(at * current.length);
      const [before, piece, after] = [
        current.slice(0, start),
        current.slice(start, start + length),
        current.slice(start + length),
      ];
      switch (kind) {
        case "drop":
          return before + after;
        case "double":
          return before + piece + piece + after;
        case "insert":
          return before + insertion + piece + after;
        case "capitals":
          return before + piece.toUpperCase() + after;
        default:
          return before;
      }
    }, given),
  );
}
