import type { parse } from "@bufbuild/cel";

/** A node of CEL's syntax tree, macros expanded. */
export type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;

/** Rules in a rule set. */
export const RULE_LIMIT = 50;
/** Expressions in one rule. */
export const EXPRESSION_LIMIT = 64;
/** Characters of a rule's name, of its description, and of an expression's name. */
export const NAME_LIMIT = 128;
export const DESCRIPTION_LIMIT = 4_096;
export const EXPRESSION_NAME_LIMIT = 64;
/** Words and signs of all expressions of a rule set, and calls of `matches` in them. */
export const RULE_SET_TOKEN_LIMIT = 30_000;
export const RULE_SET_PATTERN_LIMIT = 100;
/** Characters of an expression's source. */
export const SOURCE_LIMIT = 4_096;
/** How deep brackets may be nested in one another. The parser is recursive. */
export const BRACKET_LIMIT = 32;
/** How many `?` an expression may have. */
export const CONDITIONAL_LIMIT = 100;
/** Nodes of an expression's syntax tree, macros expanded. */
export const NODE_LIMIT = 500;
/** How deep macros (`map`, `filter`, `exists`, …) may be nested in one another. */
export const NESTING_LIMIT = 2;
/** Characters of a pattern, and instructions that RE2 makes of it. */
export const PATTERN_LIMIT = 256;
export const PATTERN_PROGRAM_LIMIT = 1_000;
/** Characters of a text that an expression or function gives. */
export const TEXT_LIMIT = 65_536;
/** Elements of a list that an expression or function gives. */
export const LIST_LIMIT = 1_000;

/** How many nodes a tree has, and how deep macros are nested in it. Walks without recursion, since a tree may be deep. */
export function sizeOf(expr: Expr): { nodes: number; nesting: number } {
  const waiting = [{ node: expr, depth: 0 }];
  let nodes = 0;
  let nesting = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    nodes++;
    nesting = Math.max(nesting, next.depth);
    for (const { child, repeated } of childrenOf(next.node))
      waiting.push({ node: child, depth: repeated ? next.depth + 1 : next.depth });
  }
  return { nodes, nesting };
}

/** The direct parts of a node. `repeated`: evaluated once per element of a list. */
export function childrenOf({ exprKind }: Expr): { child: Expr; repeated: boolean }[] {
  const once = (...nodes: (Expr | undefined)[]) =>
    nodes.filter((node) => node !== undefined).map((child) => ({ child, repeated: false }));
  switch (exprKind.case) {
    case "selectExpr":
      return once(exprKind.value.operand);
    case "callExpr":
      return once(exprKind.value.target, ...exprKind.value.args);
    case "listExpr":
      return once(...exprKind.value.elements);
    case "structExpr":
      return once(
        ...exprKind.value.entries.flatMap(({ keyKind, value }) => [
          keyKind.case === "mapKey" ? keyKind.value : undefined,
          value,
        ]),
      );
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      const loop = [loopCondition, loopStep].filter((node) => node !== undefined);
      return [...once(iterRange, accuInit, result), ...loop.map((child) => ({ child, repeated: true }))];
    }
    default:
      return [];
  }
}
