import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../mapping/attribute.ts";
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
 * Changes that give an attribute a value which may clear some of its
 * sub-attributes by null: each of those becomes a change of its own, and comes
 * first, as the value may change what `element` matches.
 */
export function mergeChanges(
  make: typeof addChange | typeof replaceChange,
  row: Attribute,
  value: unknown,
  part: Part = {},
): Change[] {
  if (row.type !== "complex" || !isObject(value)) return [make(row, value, part)];
  const cleared = row.subAttributes.filter((sub) => value[sub.field ?? ""] === null);
  const rest = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
  const changes = cleared.map((sub) => replaceChange(row, null, { ...part, sub }));
  return Object.keys(rest).length === 0 ? changes : [...changes, make(row, rest, part)];
}

function change(operation: ChangeOperation, row: Attribute, part: Part, value: unknown): Change {
  return { operation, attribute: row.path, element: part.element, subAttribute: part.sub?.path ?? "", value };
}
