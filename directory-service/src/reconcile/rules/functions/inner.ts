import {
  type CelFunc,
  type CelInput,
  CelScalar,
  type CelValue,
  celEnv,
  celFunc,
  celList,
  isCelError,
} from "@bufbuild/cel";
import { spend } from "../step-budget.ts";
import { equal, operators } from "./operators.ts";
import { bounded, checkListSize, isList, isObject } from "./values.ts";

const { BOOL, DYN, INT } = CelScalar;
const NONE = celList([]);
const { funcs } = celEnv({ funcs: operators });
const [sum, within] = [funcs.find("_+_"), funcs.find("@in")];

/** What the compiler writes into expressions (types/rewrite.ts). No source can name these. */
export const innerFunctions: CelFunc[] = [
  // A field or an element that may be absent.
  celFunc("@at", [DYN, DYN], DYN, (value, key) => at(value as CelValue, key as CelValue)),
  // What a macro runs over, where it may be null.
  celFunc("@each", [DYN], DYN, (value) => (value === null ? NONE : value)),
  // The condition of a loop, which counts what one round takes.
  celFunc("@step", [INT, BOOL], BOOL, (steps, goOn) => {
    spend(Number(steps));
    return goOn;
  }),
  // "+" and "in" within bounds. CEL would try a dozen overloads before that for texts or lists.
  celFunc("@add", [DYN, DYN], DYN, (left, right) => add(left as CelValue, right as CelValue)),
  celFunc("@within", [DYN, DYN], BOOL, (value, range) => isWithin(value as CelValue, range as CelValue)),
];

function at(value: CelValue, key: CelValue): CelValue {
  let found: CelValue | undefined;
  if (isObject(value) && typeof key === "string") found = value.get(key);
  else if (isList(value) && (typeof key === "bigint" || typeof key === "number")) found = value.get(Number(key));
  return found === undefined || isCelError(found) ? null : found;
}

function add(left: CelValue, right: CelValue): CelInput {
  if (typeof left === "string" && typeof right === "string") return bounded(left + right);
  if (isList(left) && isList(right)) {
    checkListSize(left.size + right.size);
    // CEL's own chains lists, and a loop's result would be as many lists deep as it has elements.
    return celList([...left, ...right]);
  }
  return result(sum?.call(0, undefined, [left, right]), "“+” takes two numbers, two texts or two lists");
}

function isWithin(value: CelValue, range: CelValue): boolean {
  if (!isList(range))
    return result(
      within?.call(0, undefined, [value, range]),
      "“in” looks in a list or the keys of an object",
    ) as boolean;
  spend(range.size);
  for (const element of range) if (equal(element, value)) return true;
  return false;
}

/** What CEL's own operator gives. Throws where it has none for these values. */
function result(given: unknown, otherwise: string): CelInput {
  if (given === undefined) throw new Error(otherwise);
  if (isCelError(given)) throw given;
  return given as CelInput;
}
