import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../mapping/attribute.ts";
import { isKeptByUrn, type ResourceSchema, type Section } from "../mapping/schema.ts";
import { addChange, clearExtension, mergeChanges, replaceChange } from "./change.ts";
import { ScimError } from "./error.ts";
import type { FilterAst } from "./filter/ast.ts";
import { any, not, present } from "./filter/logic.ts";
import { resolveElementFilter } from "./filter/resolve.ts";
import { isEmpty, isObject, refuseTwins } from "./json.ts";
import { parsePath, type Target } from "./path.ts";
import { replaceAttribute } from "./put.ts";
import { checkSchemas } from "./schemas.ts";
import { selectedMembers } from "./selected-members.ts";
import { attributeName, requiredMissing, sectionEntries } from "./validate.ts";
import { type ContractObject, readSubAttributes, readValue } from "./value.ts";

/** The operations of PATCH that take a value (RFC 7644 section 3.5.2). */
export type SetOperation = "add" | "replace";

/**
 * The changes of an `add` or `replace` without a path. Its value's names are
 * read as paths: Entra sends "name.givenName" and "urn:…:User:department",
 * others the URN with an object. What clients only echo, such as the id in
 * Okta's renames, is ignored.
 */
export function pathlessChanges(op: SetOperation, value: unknown, schema: ResourceSchema): Change[] {
  if (!isObject(value)) throw new ScimError(400, "invalidValue", "value must be an object where there is no path.");
  const targets = Object.keys(value).map((key) => ({ key, target: parsePath(key, schema) }));
  // Names of custom fields are their own in each case.
  refuseTwins(targets.filter(({ target }) => !target.section.open).map(({ key }) => key));
  return targets.flatMap(({ key, target }) => {
    return isReadOnly(target) && !isSchemas(target) ? [] : setChanges(op, target, value[key], schema);
  });
}

/** The changes of an `add` or `replace` of one target. Throws ScimError 400 mutability for a read-only one. */
export function setChanges(op: SetOperation, target: Target, raw: unknown, schema: ResourceSchema): Change[] {
  const { section, attribute: row, element, sub } = target;
  if (row === undefined) return setSection(op, section, raw, schema);
  const name = attributeName(section, row);
  if (isSchemas(target)) {
    // What a resource has attributes of follows from them. Clients add an extension's URN before its attributes.
    checkSchemas(raw, schema);
    return [];
  }
  if (isReadOnly(target)) throw readOnly(sub === undefined ? name : `${name}.${sub.name}`);
  // A password: accepted, and not kept.
  if (row.field === undefined) return [];
  if (isImmutable(row) && op === "add" && element !== undefined && sub === undefined) {
    return [addChange(row, addedMembers(element, row, raw, name))];
  }
  // Members are added and removed, never altered: their sub-attributes are immutable.
  if (isImmutable(row) && (element !== undefined || sub !== undefined)) throw readOnly(`An element of ${name}`);
  if (sub !== undefined) return setSubAttribute(op, target, row, sub, raw, name);
  if (element !== undefined) return setElements(op, target, row, raw, name);
  return setAttribute(op, section, row, raw, name);
}

/** Whether only the server, or only another attribute, can change the target. */
export function isReadOnly({ attribute, sub }: Target): boolean {
  if (attribute?.mutability === "readOnly") return true;
  return sub !== undefined && (sub.mutability === "readOnly" || sub.field === undefined);
}

function isSchemas({ attribute }: Target): boolean {
  return attribute?.name === "schemas";
}

/** 400 mutability. */
export function readOnly(name: string): ScimError {
  return new ScimError(400, "mutability", `${name} cannot be changed.`);
}

/** Whether elements of the list stay as they were added. */
export function isImmutable(row: Attribute): boolean {
  return row.multiValued && row.sub.get("value")?.mutability === "immutable" && row.sub.has("$ref");
}

/** Whether a reference says nothing without the sub-attribute: a manager without a value is no manager. */
export function isOnlyValue(row: Attribute, sub: Attribute): boolean {
  return !row.multiValued && sub.name === "value" && row.sub.has("$ref");
}

/** The members of `add` through `members[value eq "a"]`, whose value can say nothing else of them. */
function addedMembers(element: FilterAst, row: Attribute, raw: unknown, name: string): ContractObject[] {
  const selected = selectedMembers(element);
  if (selected === undefined) {
    const what = `${name}: a filter names who is added by value alone, as in ${name}[value eq "id"].`;
    throw new ScimError(400, "invalidFilter", what);
  }
  const { value } = isEmpty(raw) ? {} : elementValue(row, raw, name);
  if (value !== undefined && selected.some((member) => member.value !== value)) throw readOnly(`An element of ${name}`);
  return selected;
}

function setSection(op: SetOperation, section: Section, raw: unknown, schema: ResourceSchema): Change[] {
  if (isKeptByUrn(section) && isEmpty(raw)) return clearExtension(section);
  return sectionEntries(schema, section, raw).flatMap(([row, value]) => {
    const target = { section, attribute: row, element: undefined, sub: undefined };
    return isReadOnly(target) ? [] : setChanges(op, target, value, schema);
  });
}

function setAttribute(op: SetOperation, section: Section, row: Attribute, raw: unknown, name: string): Change[] {
  const value = readValue(row, isList(row) ? raw : unwrapped(raw), name);
  if (value === undefined) return [];
  if (op === "replace" || (value === null && !isList(row))) return replaceAttribute({ section, attribute: row, value });
  return value === null ? [] : mergeChanges(addChange, row, value);
}

function isList(row: Attribute): boolean {
  return row.multiValued || row.type === "any";
}

function setSubAttribute(
  op: SetOperation,
  target: Target,
  row: Attribute,
  sub: Attribute,
  raw: unknown,
  name: string,
): Change[] {
  const value = readValue(sub, sub.multiValued ? raw : unwrapped(raw), `${name}.${sub.name}`);
  if (value === null && sub.required) throw requiredMissing(`${name}.${sub.name}`);
  if (value === null && isOnlyValue(row, sub)) return mergeChanges(replaceChange, row, null);
  const part = { element: elementOf(target, row), sub };
  return [op === "add" && value !== null ? addChange(row, value, part) : replaceChange(row, value, part)];
}

/** Undefined: the attribute is no list, or all of its elements are meant. */
function elementOf({ section, element }: Target, row: Attribute): Filter | undefined {
  if (element !== undefined) return resolveElementFilter(element, row);
  // The service has no schema that says what is a list: a filter that is always true does.
  const [first] = row.subAttributes;
  if (!row.multiValued || !isKeptByUrn(section) || first === undefined) return undefined;
  return any([present(first.path), not(present(first.path))]);
}

/** The elements that a filter selects: the value is one element, bare or as a list of one. */
function setElements(op: SetOperation, target: Target, row: Attribute, raw: unknown, name: string): Change[] {
  const part = { element: target.element && resolveElementFilter(target.element, row) };
  if (isEmpty(raw)) return [replaceChange(row, null, part)];
  const value = elementValue(row, raw, name);
  return [op === "add" ? addChange(row, value, part) : replaceChange(row, value, part)];
}

function elementValue(row: Attribute, raw: unknown, name: string): ContractObject {
  const only = Array.isArray(raw) && raw.length === 1 ? raw[0] : raw;
  const object = typeof only !== "object" && row.sub.has("value") ? { value: only } : only;
  if (!isObject(object)) throw new ScimError(400, "invalidValue", `${name} must be one object.`);
  const element = readSubAttributes(row, object, name);
  return Object.fromEntries(Object.entries(element).filter(([, value]) => value !== null));
}

/** Entra's older form of a single value: `[{"$ref": null, "value": "x"}]`. */
function unwrapped(raw: unknown): unknown {
  if (!Array.isArray(raw) || raw.length !== 1) return raw;
  const [only] = raw;
  return isObject(only) && "value" in only ? only.value : only;
}
