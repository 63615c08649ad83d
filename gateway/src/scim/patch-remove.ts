import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../mapping/attribute.ts";
import { enterprise } from "../mapping/enterprise.ts";
import { clearExtension, removeChanges as removeAttribute, removeChange } from "./change.ts";
import { ScimError } from "./error.ts";
import type { FilterAst } from "./filter/ast.ts";
import { comparison } from "./filter/compare.ts";
import type { DerivedFrom } from "./filter/derived.ts";
import { resolveElementFilter } from "./filter/resolve.ts";
import { isImmutable, isOnlyValue, isReadOnly, readOnly } from "./patch-set.ts";
import type { Target } from "./path.ts";
import { selectedMembers } from "./selected-members.ts";
import { attributeName } from "./validate.ts";
import { type ContractObject, readValue } from "./value.ts";

/**
 * The changes of a `remove` (RFC 7644 section 3.5.2.2). `value`, which the RFC
 * does not have, lists the elements that are to go: Entra's and JumpCloud's
 * form of removing members. `from` is what the references of members are made
 * from.
 *
 * Throws ScimError 400 mutability for what is required or read-only.
 */
export function removeChanges(target: Target, value: unknown, from: DerivedFrom): Change[] {
  const { section, attribute: row, element, sub } = target;
  if (row === undefined) return removeSection(target);
  const name = attributeName(section, row);
  const targetName = sub === undefined ? name : `${name}.${sub.name}`;
  if (isReadOnly(target)) throw readOnly(targetName);
  // RFC 7644 section 3.5.2.2 has the keyword.
  if ((sub ?? row).required) throw new ScimError(400, "mutability", `${targetName} is required and cannot be removed.`);
  if (row.field === undefined) return [];
  if (isImmutable(row) && sub !== undefined) throw readOnly(`${name}.${sub.name}`);
  if (isImmutable(row) && element !== undefined) return [removeMembers(row, element, from)];
  if (sub !== undefined && isOnlyValue(row, sub)) return removeAttribute(row);
  if (element !== undefined || sub !== undefined) {
    return [removeChange(row, { element: element && resolveElementFilter(element, row), sub })];
  }
  const isList = row.multiValued || row.type === "any";
  if (!isList || value === undefined || value === null) return removeAttribute(row);
  return removeListed(row, readValue(row, value, name));
}

/** Members are rows: those that are named by their ids are found at once, any other filter is asked of each. */
function removeMembers(row: Attribute, element: FilterAst, from: DerivedFrom): Change {
  const selected = selectedMembers(element);
  if (selected !== undefined) return removeChange(row, {}, selected);
  return removeChange(row, { element: resolveElementFilter(element, row, from) });
}

function removeSection({ section }: Target): Change[] {
  if (section.urn === enterprise.urn) return section.attributes.map((row) => removeChange(row));
  if (section.extension) return clearExtension(section);
  throw new ScimError(400, "invalidPath", `${section.urn}: its attributes can only be removed one by one.`);
}

/** Elements with a value go by it, others by all that was said of them. An empty list removes nothing. */
function removeListed(row: Attribute, listed: unknown): Change[] {
  if (listed === null) return [];
  // Members are rows that are found by their ids, and single values have no parts to be found by.
  if (isImmutable(row))
    return [
      removeChange(
        row,
        {},
        (listed as ContractObject[]).map(({ value }) => ({ value })),
      ),
    ];
  if (row.type !== "complex") return [removeChange(row, {}, listed)];
  return (listed as ContractObject[]).map((element) => removeChange(row, { element: equalTo(row, element) }));
}

function equalTo(row: Attribute, element: ContractObject): Filter {
  const named = row.subAttributes.filter((sub) => sub.field !== undefined && element[sub.field] !== undefined);
  const telling = named.filter(({ name }) => name === "value");
  const filters = (telling.length > 0 ? telling : named).map((sub) =>
    comparison(sub, sub.path, sub.name, "eq", element[sub.field as string] as string | number | boolean),
  );
  return { expression: { $case: "and", value: { filters } } };
}
