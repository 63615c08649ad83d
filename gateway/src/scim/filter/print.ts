import type { AttributePath, FilterAst } from "./ast.ts";

/** Writes a filter as text that parses to the same tree. */
export function printFilter(ast: FilterAst): string {
  switch (ast.kind) {
    case "or":
      return ast.operands
        .map((operand) => (operand.kind === "or" ? group(operand) : printFilter(operand)))
        .join(" or ");
    case "and":
      return ast.operands.map((operand) => (isLogical(operand) ? group(operand) : printFilter(operand))).join(" and ");
    case "not":
      return `not ${group(ast.operand)}`;
    case "present":
      return `${printPath(ast.path)} pr`;
    case "compare":
      return `${printPath(ast.path)} ${ast.operator} ${printValue(ast)}`;
    case "valuePath":
      return printPath(ast.path);
  }
}

/** Writes an attribute path. */
export function printPath(path: AttributePath): string {
  const urn = path.urn === undefined ? "" : `${path.urn}:`;
  const element = path.element === undefined ? "" : `[${printFilter(path.element)}]`;
  const sub = path.sub === undefined ? "" : `.${path.sub}`;
  return `${urn}${path.name}${element}${sub}`;
}

function printValue({ value, literal }: FilterAst & { kind: "compare" }): string {
  return typeof value === "number" && literal !== undefined ? literal : JSON.stringify(value);
}

function group(ast: FilterAst): string {
  return `(${printFilter(ast)})`;
}

function isLogical(ast: FilterAst): boolean {
  return ast.kind === "and" || ast.kind === "or";
}
