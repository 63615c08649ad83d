import {
  type CelFunc,
  CelScalar,
  type CelValue,
  celFunc,
  celMethod,
  isCelList,
  isCelMap,
  listType,
} from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";

const { BOOL, DYN, INT, STRING } = CelScalar;
const LIST = listType(DYN);

// local@domain.tld, no blanks. Whether it takes mail only sending tells.
const EMAIL = /^[^\s@<>",;:\\]{1,64}@[^\s@<>",;:\\.]+(\.[^\s@<>",;:\\.]+)+$/;
const TEXT_LIMIT = 65_536;
const PIECES_LIMIT = 200;

/**
 * What expressions may call beside CEL's own. All take null for "" and none
 * looks anything up: `byName`, `byId` and `byScimUser` only say what the engine
 * shall look for. Those of the strings extension that can make a text many
 * times as long as their input are bounded or left out.
 */
export const functions: CelFunc[] = [
  celFunc("isPresent", [DYN], BOOL, isPresent),
  celFunc("isEmail", [DYN], BOOL, (value) => EMAIL.test(textOf(value))),
  celFunc("firstPresent", [LIST], DYN, (list) => {
    for (const value of list) if (isPresent(value)) return value;
    return null;
  }),
  celFunc("joinPresent", [LIST, STRING], STRING, (list, separator) =>
    bounded(
      Array.from(list)
        .filter(isPresent)
        .map((value) => textOf(value).trim())
        .join(separator),
    ),
  ),
  celFunc("lower", [DYN], STRING, (value) => textOf(value).toLowerCase()),
  celFunc("upper", [DYN], STRING, (value) => textOf(value).toUpperCase()),
  celFunc("trim", [DYN], STRING, (value) => textOf(value).trim()),
  celFunc("firstLanguage", [DYN], STRING, (value) => textOf(value).split(/[,;]/, 1)[0]?.trim() ?? ""),
  celFunc("at", [DYN, LIST], DYN, at),
  celFunc("byName", [DYN], DYN, (value) => candidate("name", value)),
  celFunc("byId", [DYN], DYN, (value) => candidate("id", value)),
  celFunc("byScimUser", [DYN], DYN, (value) => candidate("scim_user", value)),
  ...strings.filter(({ name }) => ["charAt", "indexOf", "lastIndexOf", "substring", "trim"].includes(name)),
  celMethod("replace", STRING, [STRING, STRING], STRING, function (from, to) {
    return replace(this, from, to);
  }),
  celMethod("split", STRING, [STRING], LIST, function (separator) {
    return pieces(this, separator, PIECES_LIMIT);
  }),
  celMethod("split", STRING, [STRING, INT], LIST, function (separator, limit) {
    return pieces(this, separator, Math.min(Math.max(Number(limit), 0), PIECES_LIMIT));
  }),
];

/** Not null, not blank, not empty. */
function isPresent(value: CelValue): boolean {
  if (value === null) return false;
  if (typeof value === "string") return value.trim() !== "";
  if (isCelList(value) || isCelMap(value)) return value.size > 0;
  return true;
}

function textOf(value: CelValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error("text is needed");
}

/** The value under a path of keys, null where a key is absent. */
function at(value: CelValue, path: Iterable<CelValue>): CelValue {
  let current = value;
  for (const key of path) {
    if (!isCelMap(current) || typeof key !== "string") return null;
    current = current.get(key) ?? null;
  }
  return current;
}

function candidate(by: string, value: CelValue): Map<string, string> {
  return new Map([
    ["by", by],
    ["value", textOf(value).trim()],
  ]);
}

function replace(value: string, from: string, to: string): string {
  const parts = pieces(value, from);
  if (value.length + (parts.length - 1) * to.length > TEXT_LIMIT) throw tooLong();
  return parts.join(to);
}

/** A text's parts between the separators; without a separator its characters, which JavaScript's split would halve. */
function pieces(value: string, separator: string, limit?: number): string[] {
  return separator === "" ? [...value].slice(0, limit) : value.split(separator, limit);
}

function bounded(value: string): string {
  if (value.length > TEXT_LIMIT) throw tooLong();
  return value;
}

function tooLong(): Error {
  return new Error(`a text has more than ${TEXT_LIMIT} characters`);
}
