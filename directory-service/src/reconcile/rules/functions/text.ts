import { NUMBER, TEXT } from "../types/type.ts";
import { withoutDiacritics } from "./diacritics.ts";
import type { LibraryFunction } from "./library-function.ts";
import { bounded, charactersOf, TEXTUAL, textOf, wholeNumberOf } from "./values.ts";

const WORD = /\S+/gu;
// A letter that begins a word: after an apostrophe only where more letters follow (O'Neill, Anna's).
const FIRST_LETTER = /(?<![\p{L}\p{M}\p{N}'’])\p{L}|(?<=['’])\p{L}(?=\p{L})/gu;

/** Functions that make a text of a text. */
export const textFunctions: LibraryFunction[] = [
  text("lower", (x) => x.toLowerCase()),
  text("upper", (x) => x.toUpperCase()),
  text("titleCase", (x) => x.toLowerCase().replace(FIRST_LETTER, (letter) => letter.toUpperCase())),
  text("trim", (x) => x.trim()),
  text("removeSpaces", (x) => x.replace(/\s+/gu, "")),
  text("normalizeDiacritics", withoutDiacritics),
  text("firstLanguage", (x) => x.split(/[,;]/, 1)[0]?.trim() ?? ""),
  part("substringBefore", (x, separator) => before(x, x.indexOf(separator))),
  part("substringAfter", (x, separator) => after(x, x.indexOf(separator), separator)),
  part("substringBeforeLast", (x, separator) => before(x, x.lastIndexOf(separator))),
  part("substringAfterLast", (x, separator) => after(x, x.lastIndexOf(separator), separator)),
  counted("left", (characters, count) => characters.slice(0, count)),
  counted("right", (characters, count) => (count > 0 ? characters.slice(-count) : [])),
  {
    name: "word",
    parameters: [
      ["x", TEXTUAL],
      ["number", NUMBER],
    ],
    result: TEXT,
    run: (x, number) => {
      const words = textOf(x).match(WORD) ?? [];
      const wanted = wholeNumberOf(number);
      return (wanted > 0 ? words[wanted - 1] : undefined) ?? "";
    },
  },
  {
    name: "countWords",
    parameters: [["x", TEXTUAL]],
    result: NUMBER,
    run: (x) => BigInt(textOf(x).match(WORD)?.length ?? 0),
  },
];

function text(name: string, run: (x: string) => string): LibraryFunction {
  return { name, parameters: [["x", TEXTUAL]], result: TEXT, run: (x) => bounded(run(textOf(x))) };
}

function part(name: string, run: (x: string, separator: string) => string): LibraryFunction {
  return {
    name,
    parameters: [
      ["x", TEXTUAL],
      ["separator", TEXTUAL],
    ],
    result: TEXT,
    run: (x, separator) => run(textOf(x), textOf(separator)),
  };
}

function counted(name: string, run: (characters: string[], count: number) => string[]): LibraryFunction {
  return {
    name,
    parameters: [
      ["x", TEXTUAL],
      ["count", NUMBER],
    ],
    result: TEXT,
    run: (x, count) => run(charactersOf(textOf(x)), Math.max(0, wholeNumberOf(count))).join(""),
  };
}

function before(x: string, index: number): string {
  return index < 0 ? x : x.slice(0, index);
}

function after(x: string, index: number, separator: string): string {
  return index < 0 ? "" : x.slice(index + separator.length);
}
