import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../mapping/attribute.ts";
import { removeChange } from "./change.ts";
import { ScimError } from "./error.ts";
import type { FilterAst } from "./filter/ast.ts";
import { comparison } from "./filter/compare.ts";
import { resolveElementFilter } from "./filter/resolve.ts";
import { isImmutable, isReadOnly, readOnly } from "./patch-set.ts";
import type { Target } from "./path.ts";
import { attributeName } from "./validate.ts";
import { type ContractObject, readValue } from "./value.ts";

/**
 * The changes of a `remove` (RFC 7644 section 3.5.2.2). `value`, which the RFC
 * does not have, lists the elements that are to go: Entra's and JumpCloud's
 * form of removing members.
 *
 * Throws ScimError 400 mutability for what is required or read-only.
 */
export function removeChanges(target: Target, value: unknown): Change[] {
  const { section, attribute: row, element, sub } = target;
  if (row === undefined) return removeSection(target);
  const name = attributeName(section, row);
  if (isReadOnly(target) || row.required) throw readOnly(name);
  if (row.field === undefined) return [];
  if (isImmutable(row) && sub !== undefined) throw readOnly(`${name}.${sub.name}`);
  if (isImmutable(row) && element !== undefined) return [removeChange(row, {}, selectedValues(element, name))];
  if (sub !== undefined && !row.multiValued && sub.name === "value") return [removeChange(row)];
  if (element !== undefined || sub !== undefined) {
    return [removeChange(row, { element: element && resolveElementFilter(element, row), sub })];
  }
  if (!row.multiValued || value === undefined || value === null) return [removeChange(row)];
  return removeListed(row, readValue(row, value, name) as ContractObject[] | null);
}

function removeSection({ section }: Target): Change[] {
  if (section.open || section.attributes.some((row) => row.required)) {
    throw new ScimError(400, "invalidPath", `${section.urn}: its attributes can only be removed one by one.`);
  }
  return section.attributes.map((row) => removeChange(row));
}

/**
 * The ids of `members[value eq "a" or value eq "b"]`. A membership is a row
 * found by its member, so there is nothing else to select it by.
 */
function selectedValues(element: FilterAst, name: string): ContractObject[] {
  if (element.kind === "or") return element.operands.flatMap((operand) => selectedValues(operand, name));
  if (element.kind === "compare" && element.operator === "eq" && typeof element.value === "string") {
    const { path, value } = element;
    if (path.name.toLowerCase() === "value" && path.urn === undefined && path.sub === undefined) return [{ value }];
  }
  throw new ScimError(400, "invalidFilter", `${name} are selected by value, as in ${name}[value eq "id"].`);
}

/** Elements with a value go by it, others by all that was said of them. An empty list removes nothing. */
function removeListed(row: Attribute, elements: ContractObject[] | null): Change[] {
  const valued = (elements ?? []).filter((element) => element.value !== undefined);
  const others = (elements ?? []).filter((element) => element.value === undefined);
  const changes = others.map((element) => removeChange(row, { element: equalTo(row, element) }));
  if (valued.length === 0) return changes;
  return [
    ...changes,
    removeChange(
      row,
      {},
      valued.map(({ value }) => ({ value })),
    ),
  ];
}

function equalTo(row: Attribute, element: ContractObject): Filter {
  const filters = row.subAttributes
    .filter((sub) => sub.field !== undefined && element[sub.field] !== undefined)
    .map((sub) => comparison(sub, sub.path, sub.name, "eq", element[sub.field as string] as string | boolean));
  return { expression: { $case: "and", value: { filters } } };
}
