import { type CelFunc, type CelInput, CelScalar, type CelValue, celFunc, celMethod } from "@bufbuild/cel";
import type { Type } from "../types/type.ts";

/** What a parameter is called in messages and documentation, and what it takes. */
export type Parameter = readonly [name: string, type: Type];

/** A function that expressions may call. */
export interface LibraryFunction {
  name: string;
  /** Called on its first parameter: `x.name(…)`. */
  method?: boolean;
  parameters: readonly Parameter[];
  /** How many parameters must be given. Unset: all. */
  required?: number;
  result: Type | ((given: readonly Type[]) => Type);
  /** Takes null for "". Throws an Error whose message completes "<name>: …". */
  run(...given: CelValue[]): CelInput;
}

/** The function as CEL calls it, one overload for each number of parameters. */
export function celFunctionsOf({ name, method, parameters, required, run }: LibraryFunction): CelFunc[] {
  const { DYN } = CelScalar;
  const counts = Array.from(
    { length: parameters.length - (required ?? parameters.length) + 1 },
    (_, index) => (required ?? parameters.length) + index,
  );
  return counts.map((count) => {
    const taken = Array.from({ length: count }, () => DYN);
    if (!method) return celFunc(name, taken, DYN, run as (...given: CelInput[]) => CelInput);
    return celMethod(name, DYN, taken.slice(1), DYN, function (this: CelValue, ...given: CelValue[]) {
      return run(this, ...given);
    });
  });
}
