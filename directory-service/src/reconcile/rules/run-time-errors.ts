import { takenBy } from "./types/operators.ts";

/** What CEL says of an expression that fails on a record, in the words of the documentation. */
export function inPlainWords(message: string): string {
  for (const [pattern, explain] of EXPLANATIONS) {
    const found = pattern.exec(message);
    if (found) return explain(...(found.slice(1) as [string, string, string]));
  }
  return message;
}

const EXPLANATIONS: readonly [RegExp, (...parts: [string, string, string]) => string][] = [
  [
    /^found no matching overload for _\?_:_ applied to '\((.*)\)'$/s,
    (type) => `“?” needs true or false, not ${inWords(type)}`,
  ],
  [/^found no matching overload for '(.+?)' applied to '(?:(.+)\.)?\((.*)\)'$/s, notTaken],
  [/^type mismatch: expected bool, got (.+)$/s, (type) => `true or false is needed, and there is ${inWords(type)}`],
  [/^type mismatch: iterable vs (.+)$/s, (type) => `a macro runs over a list, not ${inWords(type)}`],
  [/^field not found: (.*)$/s, (key) => `the object has no key "${key}"`],
  [/^index (.+) out of bounds/s, (index) => `the list has no element ${index}; the first is 0`],
  [/^map key conflict: (.*)$/s, (key) => `the object has the key "${key}" twice`],
  [/^unsupported key type$/, () => "a key of an object is text, and one of a list a whole number"],
  [/overflow/, () => "a whole number is too large"],
  [/ (?:divide|modulus) by zero$/, () => "divide by zero"],
  [/^Unable to convert string '(.*)' to bool$/s, () => 'bool needs "true" or "false"'],
];

function notTaken(name: string, target: string | undefined, types: string): string {
  const given = [...(target ? [target] : []), ...namesIn(types)].map(inWords);
  const sign = /^@?_?(.+?)_?$/.exec(name)?.[1] ?? name;
  const takes = takenBy(name);
  if (takes) return `“${sign}” takes ${takes}, not ${given.join(" and ")}`;
  if (name === "-_") return `“-” takes a number, not ${given.join("")}`;
  if (name === "!_") return `“!” takes true or false, not ${given.join("")}`;
  if (name === "_[_]") return `${given[0] ?? ""} has no elements`;
  return `${name} cannot take ${given.join(" and ")}`;
}

/** The types in "int, map(dyn, dyn)", less what is in brackets. */
function namesIn(types: string): string[] {
  return types === "" ? [] : types.replace(/\(.*?\)/g, "").split(", ");
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["null_type", "null"],
  ["bool", "true or false"],
  ["int", "a number"],
  ["uint", "a number"],
  ["double", "a number"],
  ["string", "text"],
  ["list", "a list"],
  ["map", "an object"],
]);

function inWords(type: string): string {
  return WORDS.get(type.replace(/\(.*$/s, "")) ?? "a value of another kind";
}
