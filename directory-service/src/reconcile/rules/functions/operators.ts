import { type CelFunc, type CelInput, CelScalar, type CelValue, celEnv, celFunc, celMethod } from "@bufbuild/cel";
import { spend, spendOnText } from "../step-budget.ts";
import { methods } from "./methods.ts";
import { charactersOf, isList, isObject, textOf } from "./values.ts";

const { BOOL, DOUBLE, DYN, INT, NULL, STRING } = CelScalar;
const equals = celEnv().funcs.find("_==_");

/**
 * CEL's own operators and methods where rules need others: bounded in size,
 * counted in steps, with numbers that mix. A record's numbers and those of an
 * earlier expression are doubles to CEL, even 2.
 */
export const operators: CelFunc[] = [
  ...mixed("_+_", (left, right) => left + right),
  ...mixed("_-_", (left, right) => left - right),
  ...mixed("_*_", (left, right) => left * right),
  ...mixed("_/_", divided),
  ...mixed("_%_", remainder),
  celFunc("_/_", [DOUBLE, DOUBLE], DOUBLE, divided),
  celFunc("_%_", [DOUBLE, DOUBLE], DOUBLE, remainder),
  celFunc("int", [STRING], INT, (text) => {
    if (!/^[+-]?\d{1,18}$/.test(textOf(text).trim())) throw new Error("int needs the digits of a whole number");
    return BigInt(text.trim().replace(/^\+/, ""));
  }),
  celFunc("double", [STRING], DOUBLE, (text) => {
    const number = text.length > 64 || text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(number)) throw new Error("double needs the digits of a number");
    return number;
  }),
  celFunc("_==_", [DYN, DYN], BOOL, equal),
  celFunc("_!=_", [DYN, DYN], BOOL, (left, right) => !equal(left, right)),
  celFunc("size", [STRING], INT, (text) => BigInt(charactersOf(textOf(text)).length)),
  celMethod("size", STRING, [], INT, function () {
    return BigInt(charactersOf(textOf(this)).length);
  }),
  celFunc("size", [NULL], INT, () => 0n),
  celMethod("size", NULL, [], INT, () => 0n),
  // CEL prefers its own overloads for texts to those of the library.
  ...methods
    .filter(({ name }) => ["contains", "startsWith", "endsWith", "matches"].includes(name))
    .map(({ name, run }) =>
      celMethod(name, STRING, [STRING], BOOL, function (given) {
        return run(this, given) as boolean;
      }),
    ),
];

function mixed(name: string, run: (left: number, right: number) => number): CelFunc[] {
  return [
    celFunc(name, [INT, DOUBLE], DOUBLE, (left, right) => run(Number(left), right)),
    celFunc(name, [DOUBLE, INT], DOUBLE, (left, right) => run(left, Number(right))),
  ];
}

function divided(left: number, right: number): number {
  if (right === 0) throw new Error("divide by zero");
  return left / right;
}

function remainder(left: number, right: number): number {
  if (right === 0) throw new Error("divide by zero");
  return left % right;
}

/** CEL's equality, which visits everything that is in lists and objects. */
export function equal(left: CelInput, right: CelInput): boolean {
  if (typeof left === "string") {
    spendOnText(left.length);
    return left === right;
  }
  if (left === null || typeof left === "boolean") return left === right;
  spendOnParts(left as CelValue);
  return equals?.call(0, undefined, [left as CelValue, right as CelValue]) === true;
}

function spendOnParts(value: CelValue): void {
  if (typeof value === "string") spendOnText(value.length);
  else if (isList(value)) {
    spend(value.size);
    for (const element of value) spendOnParts(element);
  } else if (isObject(value)) {
    spend(value.size);
    for (const [, element] of value) spendOnParts(element);
  }
}
