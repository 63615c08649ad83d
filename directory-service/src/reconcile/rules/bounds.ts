import { parse } from "@bufbuild/cel";

/** A node of CEL's syntax tree, macros expanded. */
export type Expr = NonNullable<ReturnType<typeof parse>["expr"]>;

/** Characters of an expression's source. */
export const SOURCE_LIMIT = 4_096;
/** Nodes of an expression's syntax tree, macros expanded. */
export const NODE_LIMIT = 500;
/** How deep macros may be nested in one another. */
export const NESTING_LIMIT = 2;
/** Expressions in one rule. */
export const EXPRESSION_LIMIT = 64;

/**
 * Parses an expression and refuses one that could run long: too much source,
 * too many nodes, or macros (`map`, `filter`, `exists`, …) nested too deep.
 * Throws an Error with a sentence.
 */
export function parseBounded(source: string): Expr {
  if (source.length > SOURCE_LIMIT) throw new Error(`it has more than ${SOURCE_LIMIT} characters`);
  const { expr } = parse(source);
  let nodes = 0;
  const visit = (node: Expr, nesting: number): void => {
    if (++nodes > NODE_LIMIT) throw new Error(`it has more than ${NODE_LIMIT} nodes`);
    if (nesting > NESTING_LIMIT) throw new Error(`macros are nested more than ${NESTING_LIMIT} deep`);
    for (const { child, repeated } of childrenOf(node)) visit(child, repeated ? nesting + 1 : nesting);
  };
  visit(expr, 0);
  return expr;
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
