import { ScimError } from "./error.ts";
import type { FilterAst } from "./filter/ast.ts";
import type { ContractObject } from "./value.ts";

/**
 * The ids of `members[value eq "a" or value eq "b"]`. A membership is a row
 * found by its member, so there is nothing else to select it by. Throws
 * ScimError 400 invalidFilter.
 */
export function selectedMembers(element: FilterAst, name: string): ContractObject[] {
  if (element.kind === "or") return element.operands.flatMap((operand) => selectedMembers(operand, name));
  if (element.kind === "compare" && element.operator === "eq" && typeof element.value === "string") {
    const { path, value } = element;
    if (path.name.toLowerCase() === "value" && path.urn === undefined && path.sub === undefined) return [{ value }];
  }
  throw new ScimError(400, "invalidFilter", `${name} are selected by value, as in ${name}[value eq "id"].`);
}
