import type { Expr } from "../bounds.ts";
import type { Place } from "../syntax/places.ts";
import { elementType } from "./fields.ts";
import { MAY_BE_NULL, mayBeNoFlag } from "./flags.ts";
import type { Context } from "./infer.ts";
import {
  alternativesOf,
  FLAG,
  fits,
  inWords,
  join,
  listOf,
  mayBeNull,
  NOTHING,
  NUMBER,
  TEXT,
  type Type,
  UNKNOWN,
} from "./type.ts";

type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

const LIST = listOf(UNKNOWN);
/** What an operator takes on both sides, one of these; and what it gives, unset: that same. */
const BINARY = new Map<string, { takes: readonly Type[]; words: string; gives?: Type }>(
  Object.entries({
    "_+_": { takes: [NUMBER, TEXT, LIST], words: "two numbers, two texts or two lists" },
    "_-_": { takes: [NUMBER], words: "two numbers" },
    "_*_": { takes: [NUMBER], words: "two numbers" },
    "_/_": { takes: [NUMBER], words: "two numbers" },
    "_%_": { takes: [NUMBER], words: "two numbers" },
    "_<_": { takes: [NUMBER, TEXT, FLAG], words: "two numbers or two texts", gives: FLAG },
    "_<=_": { takes: [NUMBER, TEXT, FLAG], words: "two numbers or two texts", gives: FLAG },
    "_>_": { takes: [NUMBER, TEXT, FLAG], words: "two numbers or two texts", gives: FLAG },
    "_>=_": { takes: [NUMBER, TEXT, FLAG], words: "two numbers or two texts", gives: FLAG },
  }),
);

/** What an operator takes on both sides, in words. Undefined for what is none. */
export function takenBy(operator: string): string | undefined {
  return BINARY.get(operator)?.words;
}

/** The type of an operator's call, undefined where the call is none. */
export function operatorType(node: Expr, call: Call, context: Context): Type | undefined {
  const { infer, parsed } = context;
  const [first, second, third] = call.args as [Expr, Expr, Expr];
  const name = call.function;
  const binary = BINARY.get(name);
  if (binary) return binaryType(parsed.places.whole(node), name.slice(1, -1), binary, [first, second], context);
  switch (name) {
    case "_==_":
    case "_!=_":
      checkComparable(parsed.places.whole(node), infer(first), infer(second), name === "_==_", context);
      return FLAG;
    case "@in":
      return inType(node, first, second, context);
    case "_&&_":
    case "_||_":
      for (const part of [first, second]) flag(part, `“${name.slice(1, -1)}”`, context);
      return FLAG;
    case "!_":
      flag(first, "“!”", context);
      return FLAG;
    case "-_": {
      const type = infer(first);
      if (!fits(type, NUMBER)) context.report(parsed.places.whole(first), `“-” takes a number, not ${inWords(type)}.`);
      return NUMBER;
    }
    case "_?_:_":
      flag(first, "“?”", context);
      return join(infer(second), infer(third));
    case "_[_]":
      return elementType(first, second, context);
    default:
      return undefined;
  }
}

function binaryType(
  place: Place,
  sign: string,
  { takes, words, gives }: { takes: readonly Type[]; words: string; gives?: Type },
  parts: readonly [Expr, Expr],
  { infer, parsed, report }: Context,
): Type {
  const [left, right] = [infer(parts[0]), infer(parts[1])];
  const possible = takes.filter((type) => fits(left, type) && fits(right, type));
  if (possible.length === 0) {
    const other = [left, right].find((type) => !fits(type, TEXT));
    const suggestion = sign === "+" && other?.kind === "number" ? "string(…)" : "";
    report(place, `“${sign}” takes ${words}, not ${inWords(left)} and ${inWords(right)}.`, suggestion);
    return gives ?? UNKNOWN;
  }
  for (const [index, type] of [left, right].entries())
    if (mayBeNull(type))
      report(
        parsed.places.whole(parts[index] as Expr),
        `This may be null, which “${sign}” does not take: the record fails then.`,
        sign === "+" && fits(type, TEXT) ? 'join([…], "")' : "",
        "warning",
      );
  if (gives) return gives;
  if (possible.length > 1) return UNKNOWN;
  const [type = UNKNOWN] = possible;
  if (type.kind !== "list") return type;
  return [left, right]
    .flatMap(alternativesOf)
    .filter(({ kind }) => kind === "list" || kind === "unknown")
    .reduce(join, NOTHING);
}

/** Where a value has to be true or false. */
function flag(part: Expr, what: string, { infer, parsed, report, errors }: Context): void {
  const before = errors();
  const type = infer(part);
  const place = parsed.places.whole(part);
  if (!fits(type, FLAG)) {
    const suggestion = fits(type, TEXT) ? "isPresent(…)" : "";
    report(place, `${what} needs true or false, and this is ${inWords(type)}.`, suggestion);
  } else if (mayBeNoFlag(type) && errors() === before)
    report(place, MAY_BE_NULL.message, MAY_BE_NULL.suggestion, "warning");
}

/** Values of two kinds are never equal, which CEL does not mind. */
function checkComparable(place: Place, left: Type, right: Type, equal: boolean, { report }: Context): void {
  if (fits(left, right) || fits(right, left)) return;
  // Compared with null, what is never null is a question all the same.
  const always = equal ? "never" : "always";
  report(place, `This is ${always} true: ${inWords(left)} is not ${inWords(right)}.`, "", "warning");
}

function inType(node: Expr, value: Expr, range: Expr, { infer, parsed, report }: Context): Type {
  const type = infer(value);
  const owner = infer(range);
  const lists = alternativesOf(owner).filter((one) => one.kind === "list");
  if (!alternativesOf(owner).some(({ kind }) => ["list", "object", "unknown", "nothing"].includes(kind))) {
    const suggestion = fits(owner, TEXT) ? "x.contains(part)" : "";
    report(
      parsed.places.whole(range),
      `“in” looks in a list or the keys of an object, and this is ${inWords(owner)}.`,
      suggestion,
    );
  } else if (lists.length > 0 && lists.every((one) => one.kind === "list" && !fits(type, one.element)))
    report(
      parsed.places.whole(node),
      `This is never true: ${inWords(type)} is not in ${inWords(owner)}.`,
      "",
      "warning",
    );
  return FLAG;
}
