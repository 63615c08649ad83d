import { childrenOf, type Expr } from "./bounds.ts";
import { isKnownFunction } from "./environment.ts";
import type { Json, JsonObject } from "./variables.ts";

const TYPE_NAMES = new Set(["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"]);

/**
 * Checks the names in an expression: variables and their fields, earlier
 * expressions, functions. Answers the names it uses from outside.
 * Throws an Error with a sentence for an unknown one.
 */
export function checkNames(expr: Expr, variables: JsonObject, earlier: ReadonlySet<string>): Set<string> {
  const used = new Set<string>();
  const visit = (node: Expr, local: ReadonlySet<string>): void => {
    const { exprKind } = node;
    const path = pathOf(node);
    const [root] = path ?? [];
    if (path && root !== undefined) {
      if (local.has(root) || TYPE_NAMES.has(root)) return;
      if (!earlier.has(root)) checkPath(variables, path);
      used.add(root);
      return;
    }
    if (exprKind.case === "callExpr" && !isKnownFunction(exprKind.value.function))
      throw new Error(`there is no function ${exprKind.value.function}`);
    if (exprKind.case === "structExpr" && exprKind.value.messageName !== "")
      throw new Error("it makes a message, which rules do not have");
    const inner =
      exprKind.case === "comprehensionExpr"
        ? new Set([...local, exprKind.value.iterVar, exprKind.value.accuVar])
        : local;
    for (const { child } of childrenOf(node)) visit(child, inner);
  };
  visit(expr, new Set());
  return used;
}

/** The names of a plain path such as `user.name.givenName`, undefined for anything else. */
export function pathOf({ exprKind }: Expr): string[] | undefined {
  if (exprKind.case === "identExpr") return [exprKind.value.name];
  if (exprKind.case !== "selectExpr" || exprKind.value.testOnly || !exprKind.value.operand) return undefined;
  const operand = pathOf(exprKind.value.operand);
  return operand && [...operand, exprKind.value.field];
}

function checkPath(variables: JsonObject, path: string[]): void {
  let shape: Json = variables;
  for (const [depth, name] of path.entries()) {
    if (typeof shape !== "object" || shape === null || Array.isArray(shape) || !Object.hasOwn(shape, name))
      throw new Error(
        depth === 0 ? `there is no variable ${name}` : `${path.slice(0, depth).join(".")} has no field ${name}`,
      );
    shape = shape[name] as Json;
    // The keys of extensions are the client's.
    if (typeof shape === "object" && shape !== null && Object.keys(shape).length === 0) return;
  }
}
