import type { Expr } from "../bounds.ts";

/** What the author of a macro wrote: the test of each element, and what it becomes. */
export interface LoopParts {
  test: Expr | undefined;
  step: Expr | undefined;
}

/** Finds in the loop that a macro was expanded to what its author wrote. */
export function loopParts({ exprKind }: Expr, macro: string): LoopParts {
  const loopStep = exprKind.case === "comprehensionExpr" ? exprKind.value.loopStep : undefined;
  const args = argumentsOf(loopStep);
  switch (macro) {
    // @result || test, @result && test
    case "exists":
    case "all":
      return { test: args[1], step: undefined };
    // test ? @result + [x] : @result, test ? @result + 1 : @result
    case "filter":
    case "exists_one":
    case "existsOne":
      return { test: args[0], step: undefined };
    // @result + [step], test ? @result + [step] : @result
    default:
      return args.length === 3
        ? { test: args[0], step: appendedBy(args[1]) }
        : { test: undefined, step: appendedBy(loopStep) };
  }
}

function appendedBy(sum: Expr | undefined): Expr | undefined {
  const list = argumentsOf(sum)[1];
  return list?.exprKind.case === "listExpr" ? list.exprKind.value.elements[0] : undefined;
}

function argumentsOf(node: Expr | undefined): readonly Expr[] {
  return node?.exprKind.case === "callExpr" ? node.exprKind.value.args : [];
}
