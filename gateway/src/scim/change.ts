import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../mapping/attribute.ts";
import type { Section } from "../mapping/schema.ts";
import { isObject } from "./json.ts";

const { CHANGE_OPERATION_ADD, CHANGE_OPERATION_REPLACE, CHANGE_OPERATION_REMOVE } = ChangeOperation;

/** What of an attribute a change concerns. */
export interface Part {
  element?: Filter | undefined;
  sub?: Attribute | undefined;
}

/** Adds a value; an element where `part.element` matches none. */
export function addChange(row: Attribute, value: unknown, part: Part = {}): Change {
  return change(CHANGE_OPERATION_ADD, row, part, value);
}

/** Sets a value, or clears it by null. */
export function replaceChange(row: Attribute, value: unknown, part: Part = {}): Change {
  return change(CHANGE_OPERATION_REPLACE, row, part, value);
}

/** Removes the elements whose `value` is listed, or all there is. */
export function removeChange(row: Attribute, part: Part = {}, value?: unknown): Change {
  return change(CHANGE_OPERATION_REMOVE, row, part, value);
}

/**
 * Changes that give an attribute a value. A complex one is given its
 * sub-attributes one by one: null clears that one, those that the value does not
 * have stay (RFC 7644 section 3.5.2.3), and each has its own mutability.
 */
export function mergeChanges(make: typeof addChange | typeof replaceChange, row: Attribute, value: unknown): Change[] {
  if (row.multiValued || row.type !== "complex") return [make(row, value)];
  if (!isObject(value)) return [...removedParts(row), make(row, value)];
  return row.subAttributes.flatMap((sub) => {
    const part = value[sub.field ?? ""];
    if (part === undefined) return [];
    return [part === null ? replaceChange(row, null, { sub }) : make(row, part, { sub })];
  });
}

/** Changes that take an attribute's value away, but not from a sub-attribute that takes one once. */
export function removeChanges(row: Attribute): Change[] {
  return [...removedParts(row), removeChange(row)];
}

/** Changes that take everything away that a record has of an extension, but not what takes a value once. */
export function clearExtension({ urn, attributes }: Section): Change[] {
  const kept = attributes.filter((row) => row.mutability === "immutable").map((row) => removeChange(row));
  const whole = { element: undefined, subAttribute: "", value: undefined, immutable: false };
  return [
    ...kept,
    ...attributes.flatMap(removedParts),
    { operation: CHANGE_OPERATION_REMOVE, attribute: urn, ...whole },
  ];
}

/** What of an attribute must have no value yet where all of it goes. Elements of a list come and go as they are. */
function removedParts(row: Attribute): Change[] {
  if (row.multiValued) return [];
  return row.subAttributes.filter((sub) => sub.mutability === "immutable").map((sub) => removeChange(row, { sub }));
}

function change(operation: ChangeOperation, row: Attribute, part: Part, value: unknown): Change {
  const { element, sub } = part;
  const immutable = row.mutability === "immutable" || sub?.mutability === "immutable";
  return { operation, attribute: row.path, element, subAttribute: sub?.path ?? "", value, immutable };
}
