import { childrenOf, type Expr } from "./bounds.ts";

/** A place that an expression looks at: a variable or an earlier expression, and the keys below it. */
export type AttributePath = readonly string[];

/**
 * What an expression looks at, each path once: `user.name.givenName`,
 * `user.extensions["urn:x"].badge` as far as the keys are written out. Of a
 * list it is the list, not what a macro takes of its elements.
 */
export function attributePaths(expr: Expr): AttributePath[] {
  const paths = new Map<string, AttributePath>();
  const visit = (node: Expr, local: ReadonlySet<string>): void => {
    const path = pathAt(node);
    if (path) {
      if (!local.has(path[0] as string)) paths.set(JSON.stringify(path), path);
      return;
    }
    const { exprKind } = node;
    if (exprKind.case !== "comprehensionExpr") {
      for (const { child } of childrenOf(node)) visit(child, local);
      return;
    }
    const { iterRange, accuInit, iterVar, iterVar2, accuVar } = exprKind.value;
    const inner = new Set([...local, iterVar, iterVar2, accuVar]);
    for (const { child } of childrenOf(node)) visit(child, child === iterRange || child === accuInit ? local : inner);
  };
  visit(expr, new Set());
  return [...paths.values()];
}

/** A path as expressions write it. */
export function pathText([root, ...keys]: AttributePath): string {
  return keys.reduce((text, key) => text + (IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`), root ?? "");
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The path that a node is, undefined where it is something else. */
function pathAt({ exprKind }: Expr): string[] | undefined {
  switch (exprKind.case) {
    case "identExpr":
      return [exprKind.value.name];
    case "selectExpr":
      return below(exprKind.value.operand, exprKind.value.field);
    case "callExpr": {
      const { function: name, args } = exprKind.value;
      const key = ACCESS.has(name) ? textIn(args[1]) : undefined;
      return key === undefined ? undefined : below(args[0], key);
    }
    default:
      return undefined;
  }
}

// x[key], and what the compiler makes of it.
const ACCESS = new Set(["_[_]", "@at"]);

function below(operand: Expr | undefined, key: string): string[] | undefined {
  const path = operand && pathAt(operand);
  return path && [...path, key];
}

/** A text that is written out. */
function textIn(expr: Expr | undefined): string | undefined {
  if (expr?.exprKind.case !== "constExpr") return undefined;
  const { constantKind } = expr.exprKind.value;
  return constantKind.case === "stringValue" ? constantKind.value : undefined;
}
