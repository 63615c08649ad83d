/** What names need to know of a rule: of one that is compiled or one that is stored. */
interface NamedRule {
  name: string;
  let: readonly { name: string }[];
  set: readonly { name: string }[];
  onCreate: readonly { name: string }[];
}

/** The parts of a rule that have expressions of their own. */
export type RulePart = "let" | "set" | "on_create";

/** Under which name the record of an execution has the value of each expression of a rule, by position. */
export type ValueNames = Record<RulePart, readonly string[]>;

/**
 * The names of all values of a rule set, each once: an expression's own name;
 * where the same rule has it already, "set.name"; where an earlier rule has
 * it, "rule.name". They depend on nothing but the rules.
 */
export function valueNames(rules: readonly NamedRule[]): ValueNames[] {
  const taken = new Set<string>();
  return rules.map((rule, index) => {
    const own = new Set<string>();
    const choose = (part: RulePart, { name }: { name: string }): string => {
      const qualified = own.has(name) ? `${part}.${name}` : `${rule.name}.${name}`;
      own.add(name);
      const chosen = [name, qualified, `${rule.name}.${part}.${name}`].find((candidate) => !taken.has(candidate));
      const unique = chosen ?? `${index + 1}.${part}.${name}`;
      taken.add(unique);
      return unique;
    };
    return {
      let: rule.let.map((expression) => choose("let", expression)),
      set: rule.set.map((expression) => choose("set", expression)),
      on_create: rule.onCreate.map((expression) => choose("on_create", expression)),
    };
  });
}
