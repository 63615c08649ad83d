import { orNull, TEXT } from "../types/type.ts";
import type { LibraryFunction } from "./library-function.ts";
import { TEXTUAL, textOf } from "./values.ts";

/** Functions for dates. There is no "now" and no zone in rules: a date is text in one form or another. */
export const dateFunctions: LibraryFunction[] = [
  {
    name: "formatDate",
    parameters: [
      ["x", TEXTUAL],
      ["from", TEXTUAL],
      ["to", TEXTUAL],
    ],
    result: orNull(TEXT),
    run: (x, from, to) => {
      const pieces = piecesOf(textOf(from));
      const target = piecesOf(textOf(to));
      const date = read(textOf(x).trim(), pieces);
      return date === undefined ? null : target.map((piece) => write(piece, date)).join("");
    },
  },
];

const FORMAT_LIMIT = 64;
const MONTHS = "January February March April May June July August September October November December".split(" ");
/** The letters of a format: how many digits each has, least and most. */
const DIGITS: ReadonlyMap<string, [least: number, most: number]> = new Map([
  ["yyyy", [4, 4]],
  ["yy", [2, 2]],
  ["MM", [2, 2]],
  ["M", [1, 2]],
  ["dd", [2, 2]],
  ["d", [1, 2]],
  ["HH", [2, 2]],
  ["mm", [2, 2]],
  ["ss", [2, 2]],
]);
const PIECE = /'([^']*)'|yyyy|yy|MMMM|MMM|MM|M|dd|d|HH|mm|ss|[A-Za-z]+|[^A-Za-z']/gu;

/** A part of a format: a field, or text that stands as it is. */
type Piece = { field: string } | { literal: string };
/** By the first letter of a field: y, M, d, H, m, s. */
type DateParts = Record<string, number>;

function piecesOf(format: string): Piece[] {
  if (format.length > FORMAT_LIMIT) throw new Error(`a date format has more than ${FORMAT_LIMIT} characters`);
  const pieces = Array.from(format.matchAll(PIECE), ([text, quoted]): Piece => {
    if (quoted !== undefined) return { literal: quoted === "" ? "'" : quoted };
    if (DIGITS.has(text) || text === "MMM" || text === "MMMM") return { field: text };
    if (/[A-Za-z]/.test(text)) throw new Error(`a date format has no “${text}”; letters as they are stand in '…'`);
    return { literal: text };
  });
  if (!pieces.some((piece) => "field" in piece)) throw new Error("a date format needs yyyy, MM or dd");
  return pieces;
}

/** What is wrong with a date format, one sentence, and what was probably meant: other tools write days and years in capitals. */
export function formatProblem(format: string): { message: string; suggestion: string } | undefined {
  const reason = reasonAgainst(format);
  if (reason === undefined) return undefined;
  const meant = format.replace(
    /[YyDhk]+/g,
    (letters) => ({ Y: "yyyy", y: "yyyy", D: "dd", h: "HH", k: "HH" })[letters.charAt(0)] ?? letters,
  );
  const suggestion = meant !== format && reasonAgainst(meant) === undefined ? JSON.stringify(meant) : "";
  return { message: `This format cannot be used: ${reason}.`, suggestion };
}

function reasonAgainst(format: string): string | undefined {
  try {
    piecesOf(format);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The parts of a date in a format, undefined where it is none. Every field takes as many digits as it can. */
function read(text: string, pieces: readonly Piece[]): DateParts | undefined {
  const parts: DateParts = { y: 2000, M: 1, d: 1, H: 0, m: 0, s: 0 };
  let rest = text;
  for (const piece of pieces) {
    if ("literal" in piece) {
      if (!rest.startsWith(piece.literal)) return undefined;
      rest = rest.slice(piece.literal.length);
      continue;
    }
    const found = piece.field.startsWith("MMM") ? monthAt(rest, piece.field) : digitsAt(rest, piece.field);
    if (!found) return undefined;
    parts[piece.field.charAt(0)] = found.value;
    rest = rest.slice(found.length);
  }
  return rest === "" && isDate(parts) ? parts : undefined;
}

function digitsAt(text: string, field: string): { value: number; length: number } | undefined {
  const [least, most] = DIGITS.get(field) as [number, number];
  const digits = /^\d+/.exec(text.slice(0, most))?.[0] ?? "";
  if (digits.length < least) return undefined;
  // Of two-digit years those up to 69 are in this century, as POSIX has it.
  const value = Number(digits);
  return { value: field === "yy" ? value + (value < 69 ? 2000 : 1900) : value, length: digits.length };
}

function monthAt(text: string, field: string): { value: number; length: number } | undefined {
  for (const [index, month] of MONTHS.entries()) {
    const name = field === "MMM" ? month.slice(0, 3) : month;
    if (text.slice(0, name.length).toLowerCase() === name.toLowerCase())
      return { value: index + 1, length: name.length };
  }
  return undefined;
}

function isDate({ y = 0, M = 0, d = 0, H = 0, m = 0, s = 0 }: DateParts): boolean {
  if (M < 1 || M > 12 || d < 1 || H > 23 || m > 59 || s > 59) return false;
  // Day 0 of the next month is the last of this one. Years below 100 would be taken for 19xx.
  const lastDay = new Date(Date.UTC(y < 100 ? y + 400 : y, M, 0)).getUTCDate();
  return d <= lastDay;
}

function write(piece: Piece, parts: DateParts): string {
  if ("literal" in piece) return piece.literal;
  const value = parts[piece.field.charAt(0)] ?? 0;
  if (piece.field === "MMMM") return MONTHS[value - 1] ?? "";
  if (piece.field === "MMM") return MONTHS[value - 1]?.slice(0, 3) ?? "";
  if (piece.field === "yy") return String(value % 100).padStart(2, "0");
  return String(value).padStart(piece.field.length, "0");
}
