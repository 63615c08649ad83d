import { celEnv } from "@bufbuild/cel";
import { functions } from "./functions.ts";

/** CEL with the function library of rules. Variables come with each evaluation. */
export const environment = celEnv({ funcs: functions });

const operators = new Set(["_?_:_", "_&&_", "_||_", "_[_]", "@not_strictly_false", "__not_strictly_false__"]);

/** Whether expressions may call it: an operator, a CEL standard function or one of the library. */
export function isKnownFunction(name: string): boolean {
  return operators.has(name) || environment.funcs.find(name) !== undefined;
}
