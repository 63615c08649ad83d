import type { AttributePath, FilterAst } from "./ast.ts";
import { FilterSyntaxError } from "./lexer.ts";
import { parseFilter } from "./parser.ts";
import { printFilter } from "./print.ts";

/** What stands for a value that is not to be told. */
export const MASK = "***";

/**
 * A filter with its values masked: `userName eq "***"`. It tells what was asked
 * and of whom nothing. Booleans and null stay. One that cannot be read is masked
 * whole.
 */
export function maskFilter(text: string): string {
  try {
    return printFilter(masked(parseFilter(text)));
  } catch (error) {
    if (error instanceof FilterSyntaxError) return MASK;
    throw error;
  }
}

function masked(ast: FilterAst): FilterAst {
  switch (ast.kind) {
    case "and":
    case "or":
      return { kind: ast.kind, operands: ast.operands.map(masked) };
    case "not":
      return { kind: "not", operand: masked(ast.operand) };
    case "compare": {
      const isOpen = ast.value === null || typeof ast.value === "boolean";
      return { ...ast, path: maskedPath(ast.path), value: isOpen ? ast.value : MASK };
    }
    default:
      return { ...ast, path: maskedPath(ast.path) };
  }
}

function maskedPath(path: AttributePath): AttributePath {
  return path.element === undefined ? path : { ...path, element: masked(path.element) };
}
