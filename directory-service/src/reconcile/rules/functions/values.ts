import { type CelList, type CelMap, type CelValue, isCelList, isCelMap } from "@bufbuild/cel";
import { LIST_LIMIT, TEXT_LIMIT } from "../bounds.ts";
import { spend, spendOnCharacters, spendOnText } from "../step-budget.ts";
import { FLAG, join, listOf, NULL, NUMBER, TEXT, type Type, UNKNOWN } from "../types/type.ts";

/** What functions take for a text: null is "", numbers and flags are written out. */
export const TEXTUAL: Type = [TEXT, NUMBER, FLAG, NULL].reduce(join);
export const LIST: Type = join(listOf(UNKNOWN), NULL);
export const TEXTS: Type = join(listOf(TEXTUAL), NULL);

/** A value as text. Throws for what is none. */
export function textOf(value: CelValue | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") {
    spendOnText(value.length);
    return value;
  }
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error("text is needed");
}

/** The characters of a text. */
export function charactersOf(text: string): string[] {
  spendOnCharacters(text.length);
  return [...text];
}

/** A value as a whole number. */
export function wholeNumberOf(value: CelValue | undefined): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) throw new Error("a whole number is needed");
  return number;
}

/** The elements of a list; of null none. */
export function elementsOf(value: CelValue | undefined): CelValue[] {
  if (value === null || value === undefined) return [];
  if (!isCelList(value)) throw new Error("a list is needed");
  spend(value.size);
  return Array.from(value);
}

/** A field of an object, null where it has none or is none. */
export function fieldOf(value: CelValue, name: string): CelValue {
  return isCelMap(value) ? (value.get(name) ?? null) : null;
}

export function isList(value: CelValue): value is CelList {
  return isCelList(value);
}

export function isObject(value: CelValue): value is CelMap {
  return isCelMap(value);
}

/** Not null, not blank, not empty. */
export function isPresent(value: CelValue): boolean {
  if (value === null) return false;
  if (typeof value === "string") return value.trim() !== "";
  if (isCelList(value) || isCelMap(value)) return value.size > 0;
  return true;
}

/** A text that a function gives. Throws for one that is too long. */
export function bounded(text: string): string {
  if (text.length > TEXT_LIMIT) throw tooLong();
  spendOnText(text.length);
  return text;
}

export function tooLong(): Error {
  return new Error(`a text has more than ${TEXT_LIMIT.toLocaleString("en")} characters`);
}

/** Throws for a list that is too long. */
export function checkListSize(size: number): void {
  if (size > LIST_LIMIT) throw new Error(`a list has more than ${LIST_LIMIT.toLocaleString("en")} elements`);
  spend(size / 16);
}
