import { TEXT_LIMIT } from "../bounds.ts";
import { spend } from "../step-budget.ts";
import { FLAG, listOf, NUMBER, TEXT, type Type } from "../types/type.ts";
import type { LibraryFunction } from "./library-function.ts";
import { patternOf } from "./pattern.ts";
import { bounded, charactersOf, TEXTUAL, textOf, tooLong, wholeNumberOf } from "./values.ts";

/** Pieces that `split` gives at most. */
const PIECES_LIMIT = 200;

/** What CEL and its strings extension call on a text. Here null is "" and positions count characters. */
export const methods: LibraryFunction[] = [
  method("contains", [["part", TEXTUAL]], FLAG, (x, part) => x.includes(textOf(part))),
  method("startsWith", [["start", TEXTUAL]], FLAG, (x, start) => x.startsWith(textOf(start))),
  method("endsWith", [["end", TEXTUAL]], FLAG, (x, end) => x.endsWith(textOf(end))),
  method("matches", [["pattern", TEXT]], FLAG, (x, source) => {
    const pattern = patternOf(textOf(source));
    spend((x.length * pattern.instructions) / 64);
    return pattern.test(x);
  }),
  method("indexOf", [["part", TEXTUAL]], NUMBER, (x, part) => position(x, x.indexOf(textOf(part)))),
  method("lastIndexOf", [["part", TEXTUAL]], NUMBER, (x, part) => position(x, x.lastIndexOf(textOf(part)))),
  {
    ...method(
      "substring",
      [
        ["start", NUMBER],
        ["end", NUMBER],
      ],
      TEXT,
      (x, start, end) => {
        const from = Math.max(0, wholeNumberOf(start));
        const to = end === undefined ? undefined : Math.max(from, wholeNumberOf(end));
        return charactersOf(x).slice(from, to).join("");
      },
    ),
    required: 2,
  },
  method(
    "replace",
    [
      ["from", TEXTUAL],
      ["to", TEXTUAL],
    ],
    TEXT,
    (x, from, to) => replace(x, textOf(from), textOf(to)),
  ),
  {
    ...method(
      "split",
      [
        ["separator", TEXTUAL],
        ["limit", NUMBER],
      ],
      listOf(TEXT),
      (x, separator, limit) => pieces(x, textOf(separator), limit === undefined ? -1 : wholeNumberOf(limit)),
    ),
    required: 2,
  },
];

function method(
  name: string,
  parameters: LibraryFunction["parameters"],
  result: Type,
  run: (x: string, ...given: Parameters<LibraryFunction["run"]>) => ReturnType<LibraryFunction["run"]>,
): LibraryFunction {
  return {
    name,
    method: true,
    parameters: [["x", TEXTUAL], ...parameters],
    result,
    run: (x, ...given) => run(textOf(x), ...given),
  };
}

/** In characters, -1 where there is none. */
function position(x: string, index: number): bigint {
  return BigInt(index < 0 ? -1 : charactersOf(x.slice(0, index)).length);
}

function replace(x: string, from: string, to: string): string {
  if (from === "") return x;
  const parts = x.split(from);
  if (x.length + (parts.length - 1) * (to.length - from.length) > TEXT_LIMIT) throw tooLong();
  return bounded(parts.join(to));
}

/**
 * A text's parts between the separators; without a separator its characters, which JavaScript's split would halve.
 * As in CEL's strings extension the last of `limit` pieces is all the rest, and a negative limit is none.
 */
function pieces(x: string, separator: string, limit: number): string[] {
  const all = separator === "" ? charactersOf(x) : x.split(separator);
  if (limit < 0 || limit > PIECES_LIMIT || all.length <= limit) return all.slice(0, PIECES_LIMIT);
  return limit === 0 ? [] : [...all.slice(0, limit - 1), all.slice(limit - 1).join(separator)];
}
