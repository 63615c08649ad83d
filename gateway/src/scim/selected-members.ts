import type { FilterAst } from "./filter/ast.ts";
import type { ContractObject } from "./value.ts";

/**
 * The members of `members[value eq "a" or value eq "b"]`, which are found by
 * their ids however many others there are. Undefined: the filter asks for
 * something else.
 */
export function selectedMembers(element: FilterAst): ContractObject[] | undefined {
  if (element.kind === "or") {
    const selected = element.operands.map(selectedMembers);
    return selected.every((members) => members !== undefined) ? selected.flat() : undefined;
  }
  if (element.kind !== "compare" || element.operator !== "eq" || typeof element.value !== "string") return undefined;
  const { path, value } = element;
  const isValue = path.name.toLowerCase() === "value" && path.urn === undefined && path.sub === undefined;
  return isValue && path.element === undefined ? [{ value }] : undefined;
}
