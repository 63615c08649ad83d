import { status } from "@grpc/grpc-js";
import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { StatusError } from "@rollcall/runtime/status";
import { type Attributes, type Field, valueAt } from "./attributes.ts";
import { isEmpty } from "./empty-values.ts";

/** The error of a change that the record cannot take. `what` continues a sentence that begins with the path. */
export function changeInvalid(path: string, what: string): StatusError {
  return new StatusError(status.INVALID_ARGUMENT, "CHANGE_INVALID", `${path} ${what}.`, {
    metadata: { attribute: path },
  });
}

/** Sets the value at a path of a document, making the objects on the way. */
export function put(document: Attributes, path: readonly string[], value: unknown): void {
  let parent = document;
  for (const key of path.slice(0, -1)) {
    const child = parent[key];
    if (typeof child !== "object" || child === null) parent[key] = {};
    parent = parent[key] as Attributes;
  }
  parent[path.at(-1) ?? ""] = value;
}

/** Removes the value at a path of a document. */
export function clear(document: Attributes, path: readonly string[]): void {
  const parent = valueAt(document, path.slice(0, -1)) as Attributes | undefined;
  if (parent) delete parent[path.at(-1) ?? ""];
}

/** A single value, of the type that it has to have. */
export function scalarOf(path: string, type: "text" | "boolean", value: unknown): string | boolean {
  if (type === "boolean" && typeof value === "boolean") return value;
  if (type === "text" && typeof value === "string") return value;
  throw changeInvalid(path, type === "boolean" ? "must be true or false" : "must be text");
}

/**
 * Sets what a change says of a complex value's sub-attributes: the one that it
 * names, or those that its object has. Empty values clear.
 */
export function setFields(
  target: Attributes,
  fields: Readonly<Record<string, Field>>,
  change: Pick<Change, "attribute" | "subAttribute">,
  value: unknown,
): void {
  if (change.subAttribute) {
    const field = Object.hasOwn(fields, change.subAttribute) ? fields[change.subAttribute] : undefined;
    if (!field)
      throw changeInvalid(`${change.attribute}.${change.subAttribute}`, "is no attribute that can be changed");
    setField(target, field, `${change.attribute}.${change.subAttribute}`, value);
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw changeInvalid(change.attribute, "must be an object");
  for (const [key, inner] of Object.entries(value)) {
    const [name, field] = Object.entries(fields).find(([, field]) => field.key === key) ?? [];
    if (!field) throw changeInvalid(`${change.attribute}.${key}`, "is no attribute that can be changed");
    setField(target, field, `${change.attribute}.${name}`, inner);
  }
}

function setField(target: Attributes, field: Field, path: string, value: unknown): void {
  if (field.readOnly) return;
  if (isEmpty(value)) delete target[field.key];
  else target[field.key] = scalarOf(path, field.type, value);
}

/** A value as a list: clients send one element bare. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : isEmpty(value) ? [] : [value];
}
