import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Attribute } from "../mapping/attribute.ts";
import type { ResourceSchema, Section } from "../mapping/schema.ts";
import { addChange, mergeChanges, replaceChange } from "./change.ts";
import { ScimError } from "./error.ts";
import { resolveElementFilter } from "./filter/resolve.ts";
import { isEmpty, isObject } from "./json.ts";
import { parsePath, type Target } from "./path.ts";
import { replaceAttribute } from "./put.ts";
import { attributeName, sectionEntries } from "./validate.ts";
import { type ContractObject, readScalar, readSubAttributes, readValue } from "./value.ts";

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
  return Object.keys(value).flatMap((key) => {
    const target = parsePath(key, schema);
    return isReadOnly(target) ? [] : setChanges(op, target, value[key], schema);
  });
}

/** The changes of an `add` or `replace` of one target. Throws ScimError 400 mutability for a read-only one. */
export function setChanges(op: SetOperation, target: Target, raw: unknown, schema: ResourceSchema): Change[] {
  const { section, attribute: row, element, sub } = target;
  if (row === undefined) return setSection(op, section, raw, schema);
  const name = attributeName(section, row);
  if (isReadOnly(target)) throw readOnly(sub === undefined ? name : `${name}.${sub.name}`);
  // A password: accepted, and not kept.
  if (row.field === undefined) return [];
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

/** 400 mutability. */
export function readOnly(name: string): ScimError {
  return new ScimError(400, "mutability", `${name} cannot be changed.`);
}

/** Whether elements of the list stay as they were added. */
export function isImmutable(row: Attribute): boolean {
  return row.sub.get("value")?.mutability === "immutable";
}

function setSection(op: SetOperation, section: Section, raw: unknown, schema: ResourceSchema): Change[] {
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
  const value = readScalar(sub, unwrapped(raw), `${name}.${sub.name}`);
  // A manager without a value is no manager.
  if (value === null && !row.multiValued && sub.name === "value") return [replaceChange(row, null)];
  const part = { element: target.element && resolveElementFilter(target.element, row), sub };
  return [op === "add" && value !== null ? addChange(row, value, part) : replaceChange(row, value, part)];
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
  const object = typeof only === "string" && row.sub.has("value") ? { value: only } : only;
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
