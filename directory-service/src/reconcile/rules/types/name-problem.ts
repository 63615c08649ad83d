import { suggestionFor } from "../suggestion.ts";
import type { Scope } from "./scope.ts";
import type { Type } from "./type.ts";

const CONSTANTS: ReadonlyMap<string, string> = new Map([
  ["true", "true"],
  ["false", "false"],
  ["null", "null"],
  ["nil", "null"],
  ["none", "null"],
  ["undefined", "null"],
]);

/** Why a name means nothing, and what was probably meant: another name, or a field of a variable. */
export function nameProblem(
  name: string,
  { names, later }: Scope,
  locals: ReadonlyMap<string, Type>,
): { message: string; suggestion: string } {
  if (later.has(name))
    return {
      message: `${name} is used before it is defined: expressions are evaluated in their order.`,
      suggestion: "",
    };
  const message = `There is no variable ${name}.`;
  const constant = CONSTANTS.get(name.toLowerCase());
  if (constant) return { message, suggestion: constant };
  const paths = fieldPaths(names);
  const near = suggestionFor(name, [...locals.keys(), ...names.keys(), ...later]);
  return { message, suggestion: near || (paths.get(suggestionFor(name, paths.keys()) || name) ?? "") };
}

/** Far more than the variables have; objects that rules make may have any number. */
const PATHS_LIMIT = 1_000;

/** The fields of the variables by their names, each with the path that leads to it; the shortest first. */
function fieldPaths(names: ReadonlyMap<string, Type>): Map<string, string> {
  const paths = new Map<string, string>();
  let level = [...names];
  for (let depth = 0; depth < 2; depth++) {
    const next: [string, Type][] = [];
    for (const [path, type] of level)
      for (const [field, inner] of type.kind === "object" ? type.fields : []) {
        if (paths.size >= PATHS_LIMIT) return paths;
        if (!paths.has(field)) paths.set(field, `${path}.${field}`);
        next.push([`${path}.${field}`, inner]);
      }
    level = next;
  }
  return paths;
}
