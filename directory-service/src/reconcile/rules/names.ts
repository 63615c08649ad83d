import type { Expr } from "./bounds.ts";

/** The names of a plain path such as `user.name.givenName`, undefined for anything else. */
export function pathOf({ exprKind }: Expr): string[] | undefined {
  if (exprKind.case === "identExpr") return [exprKind.value.name];
  if (exprKind.case !== "selectExpr" || exprKind.value.testOnly || !exprKind.value.operand) return undefined;
  const operand = pathOf(exprKind.value.operand);
  return operand && [...operand, exprKind.value.field];
}
