import type { Type } from "./type.ts";

/** What an expression may name. */
export interface Scope {
  /** Variables, and the expressions before this one. */
  names: ReadonlyMap<string, Type>;
  /** The expressions of `let` that come later in the rule. */
  later: ReadonlySet<string>;
}
