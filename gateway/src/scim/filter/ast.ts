/** Operators of RFC 7644 table 3 that take a value. */
export type CompareOperator = "eq" | "ne" | "co" | "sw" | "ew" | "gt" | "ge" | "lt" | "le";

/** What an attribute is compared with. */
export type FilterValue = string | number | boolean | null;

/**
 * The name of an attribute, spelled as the client did. `element` is the filter
 * of a value path: `emails[type eq "work"].value`.
 */
export interface AttributePath {
  readonly urn?: string;
  readonly name: string;
  readonly element?: FilterAst;
  readonly sub?: string;
}

/** A parsed filter. Flat: a comparison is one node, `a and b and c` is one node with three operands. */
export type FilterAst =
  | { readonly kind: "and" | "or"; readonly operands: readonly FilterAst[] }
  | { readonly kind: "not"; readonly operand: FilterAst }
  | {
      readonly kind: "compare";
      readonly path: AttributePath;
      readonly operator: CompareOperator;
      readonly value: FilterValue;
      /** How a number was written, where JSON writes it otherwise: `1.50`. An attribute of text is compared with it. */
      readonly literal?: string;
    }
  | { readonly kind: "present"; readonly path: AttributePath }
  /** A value path that stands alone. Its `path.element` is set and `path.sub` is not. */
  | { readonly kind: "valuePath"; readonly path: AttributePath };

/** Most characters of a filter or path, in UTF-8 bytes. */
export const maxFilterBytes = 4_096;
/** Deepest nesting of a filter: parentheses and brackets, and the levels of its tree. */
export const maxFilterDepth = 16;
/** Most nodes of a filter's tree. */
export const maxFilterNodes = 100;
