import type { LibraryFunction } from "../functions/library-function.ts";
import { callable, library } from "../functions.ts";
import { suggestionFor } from "../suggestion.ts";
import { FLAG, join, listOf, NULL, NUMBER, TEXT, type Type, UNKNOWN } from "./type.ts";

const SCALAR = [TEXT, NUMBER, FLAG].reduce(join);
const SIZED = [TEXT, listOf(UNKNOWN), NULL, objectOfAnything()].reduce(join);

/** What CEL itself brings that rules may call, beside operators and macros. The rest of CEL's has no use here. */
const standard: LibraryFunction[] = [
  { name: "size", parameters: [["x", SIZED]], result: NUMBER, run: unused },
  { name: "string", parameters: [["x", SCALAR]], result: TEXT, run: unused },
  { name: "int", parameters: [["x", join(TEXT, NUMBER)]], result: NUMBER, run: unused },
  { name: "double", parameters: [["x", join(TEXT, NUMBER)]], result: NUMBER, run: unused },
  { name: "bool", parameters: [["x", join(TEXT, FLAG)]], result: FLAG, run: unused },
];
const sizeMethod: LibraryFunction = { ...(standard[0] as LibraryFunction), method: true };

const byName = new Map([...standard, ...callable].map((entry) => [entry.name, entry]));
/** What is wrong with a call of a macro that is none: it expands where its form is right. */
const MACROS: Record<string, string> = {
  map: "list.map(x, …)",
  filter: "list.filter(x, …)",
  exists: "list.exists(x, …)",
  exists_one: "list.exists_one(x, …)",
  existsOne: "list.existsOne(x, …)",
  all: "list.all(x, …)",
  has: "has(object.field)",
};

/** Names that administrators know from Okta's and Entra's expressions, by what they are here. docs/rules.md has the table. */
export const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  touppercase: "upper",
  toupper: "upper",
  tolowercase: "lower",
  tolower: "lower",
  pcase: "titleCase",
  len: "size",
  length: "size",
  count: "size",
  coalesce: "firstPresent",
  ifpresent: "isPresent",
  isnullorempty: "!isPresent",
  isnull: "!isPresent",
  isempty: "!isPresent",
  isblank: "!isPresent",
  iif: "condition ? this : that",
  stringswitch: "switch",
  append: "+",
  concat: "+",
  stripspaces: "removeSpaces",
  mid: "x.substring(start, end)",
  instr: "x.indexOf(part)",
  stringcontains: "x.contains(part)",
  ismemberofgroupname: "memberOf",
  ismemberofgroup: "memberOf",
  ismemberofanygroup: "memberOf",
  formatdatetime: "formatDate",
  removeduplicates: "distinct",
  item: "list[0]",
  getfirst: "first",
};

/** The function that a call means. Or why there is none: a sentence, and what was probably meant. */
export function signatureOf(
  name: string,
  asMethod: boolean,
): LibraryFunction | { message: string; suggestion: string } {
  const known = name === "size" && asMethod ? sizeMethod : byName.get(name);
  if (known && (known.method ?? false) === asMethod) return known;
  if (known) {
    const form = formOf(known);
    return { message: `${name} is called as ${form}.`, suggestion: form };
  }
  const macro = Object.hasOwn(MACROS, name) ? MACROS[name] : undefined;
  if (macro) return { message: `${name} is called as ${macro}.`, suggestion: macro };
  return { message: `There is no function ${name}.`, suggestion: functionNear(name) };
}

/** A function with its parameters, as it is called: "left(x, count)". Those in brackets may be left out. */
export function formOf({ name, method, parameters, required }: LibraryFunction): string {
  const names = parameters.map(([parameter], index) =>
    index >= (required ?? parameters.length) ? `[${parameter}]` : parameter,
  );
  return method ? `${names[0]}.${name}(${names.slice(1).join(", ")})` : `${name}(${names.join(", ")})`;
}

/** The names of all functions, for suggestions. */
function functionNear(name: string): string {
  const folded = name.toLowerCase();
  if (Object.hasOwn(FOREIGN_NAMES, folded)) return FOREIGN_NAMES[folded] ?? "";
  const names = [...library, ...standard].map((entry) => entry.name);
  return suggestionFor(name, [...names, ...Object.keys(MACROS)]);
}

function objectOfAnything(): Type {
  return { kind: "object", name: "an object", fields: new Map(), open: UNKNOWN, partial: true };
}

function unused(): never {
  throw new Error("CEL runs it");
}
