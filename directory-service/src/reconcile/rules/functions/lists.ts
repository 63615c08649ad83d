import type { CelMap, CelValue } from "@bufbuild/cel";
import {
  alternativesOf,
  FLAG,
  join,
  listOf,
  NOTHING,
  NULL,
  orNull,
  TEXT,
  type Type,
  UNKNOWN,
  withoutNull,
} from "../types/type.ts";
import type { LibraryFunction, Parameter } from "./library-function.ts";
import { bounded, elementsOf, fieldOf, isList, isObject, isPresent, LIST, TEXTS, TEXTUAL, textOf } from "./values.ts";

const list: Parameter = ["list", LIST];
const elementOrNull = ([given]: readonly Type[]): Type => orNull(elementOf(given));

/** Functions that choose from lists and objects. */
export const listFunctions: LibraryFunction[] = [
  { name: "isPresent", parameters: [["x", UNKNOWN]], result: FLAG, run: isPresent },
  {
    name: "firstPresent",
    parameters: [list],
    result: elementOrNull,
    run: (values) => elementsOf(values).find(isPresent) ?? null,
  },
  {
    name: "first",
    parameters: [list],
    result: elementOrNull,
    run: (values) => elementsOf(values)[0] ?? null,
  },
  {
    name: "join",
    parameters: [
      ["list", TEXTS],
      ["separator", TEXTUAL],
    ],
    result: TEXT,
    run: joined,
  },
  {
    name: "distinct",
    parameters: [["list", TEXTS]],
    result: ([given]) => listOf(elementOf(given)),
    run: (values) => [...new Set(elementsOf(values))],
  },
  {
    name: "primary",
    parameters: [list],
    result: elementOrNull,
    run: (values) => {
      const elements = elementsOf(values);
      return elements.find((element) => fieldOf(element, "primary") === true) ?? elements[0] ?? null;
    },
  },
  {
    name: "ofType",
    parameters: [list, ["type", TEXTUAL]],
    result: elementOrNull,
    run: (values, type) => {
      const wanted = folded(type);
      return elementsOf(values).find((element) => folded(fieldOf(element, "type")) === wanted) ?? null;
    },
  },
  {
    name: "memberOf",
    parameters: [
      ["groups", LIST],
      ["names", join(TEXTS, TEXTUAL)],
    ],
    result: FLAG,
    run: (groups, names) => {
      const wanted = new Set((isList(names as CelValue) ? elementsOf(names) : [names as CelValue]).map(folded));
      wanted.delete("");
      return elementsOf(groups).some((group) => wanted.has(folded(fieldOf(group, "displayName"))));
    },
  },
  {
    name: "switch",
    parameters: [
      ["x", TEXTUAL],
      ["cases", { kind: "object", name: "an object", fields: new Map(), open: UNKNOWN, partial: true }],
      ["otherwise", UNKNOWN],
    ],
    required: 2,
    result: ([, cases, otherwise]) => join(valuesOf(cases), otherwise ?? NULL),
    run: (x, cases, otherwise) => {
      if (!isObject(cases ?? null)) throw new Error("an object is needed");
      const found = (cases as CelMap).get(textOf(x));
      return found === undefined ? (otherwise ?? null) : found;
    },
  },
];

/** Left out of the documentation's list: the name that `join` had at first, which stored rules may use. */
export const formerNames: LibraryFunction[] = [
  {
    name: "joinPresent",
    parameters: [
      ["list", TEXTS],
      ["separator", TEXTUAL],
    ],
    result: TEXT,
    run: joined,
  },
];

function joined(values: CelValue | undefined, separator: CelValue | undefined): string {
  const present = elementsOf(values)
    .filter(isPresent)
    .map((value) => textOf(value).trim());
  const between = textOf(separator);
  const length = present.reduce((sum, text) => sum + text.length + between.length, 0);
  // Refused before it is made.
  if (length > 2 * 65_536) throw new Error("a text has more than 65,536 characters");
  return bounded(present.join(between));
}

function folded(value: CelValue | undefined): string {
  return value === null || value === undefined || typeof value !== "string" ? "" : textOf(value).trim().toLowerCase();
}

function elementOf(type: Type | undefined): Type {
  return alternativesOf(withoutNull(type ?? UNKNOWN))
    .map((one) => (one.kind === "list" ? one.element : UNKNOWN))
    .reduce(join, NOTHING);
}

function valuesOf(type: Type | undefined): Type {
  if (type?.kind !== "object") return UNKNOWN;
  return [...type.fields.values(), ...(type.open ? [type.open] : [])].reduce(join, NOTHING);
}
