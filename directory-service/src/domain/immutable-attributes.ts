import { isDeepStrictEqual } from "node:util";
import { status } from "@grpc/grpc-js";
import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { StatusError } from "@rollcall/runtime/status";
import {
  type Attribute,
  type Attributes,
  attributeOf,
  type RecordSchema,
  subAttribute,
  valueAt,
} from "./attributes.ts";
import { put } from "./change-value.ts";
import { isEmpty, withoutEmptyValues } from "./empty-values.ts";

/** Where in the document the value stands that an immutable change must leave as it is, if there is one. */
export function immutablePlace(
  draft: Attributes,
  attribute: Attribute,
  { element, subAttribute: name }: Change,
): string[] {
  // Elements of a list come and go, so that it is the list which stays.
  if (name === "" || element || Array.isArray(valueAt(draft, attribute.path))) return attribute.path;
  if (attribute.shape === "complex") return [...attribute.path, attribute.fields[name]?.key ?? name];
  return attribute.shape === "json" ? [...attribute.path, ...name.split(".")] : attribute.path;
}

/** Throws ATTRIBUTE_IMMUTABLE where a value that was there has become another, or none. */
export function checkImmutable(path: string, before: unknown, after: unknown): void {
  if (isEmpty(before) || sameValue(before, after)) return;
  throw new StatusError(
    status.FAILED_PRECONDITION,
    "ATTRIBUTE_IMMUTABLE",
    `${path} has a value already and takes no other.`,
    { metadata: { attribute: path } },
  );
}

/**
 * Puts back the values of immutable attributes that a draft lacks, as PUT has
 * to leave them (RFC 7644 section 3.5.1). What is no attribute of the document,
 * such as a group's members, has no value here.
 *
 * @throws StatusError ATTRIBUTE_IMMUTABLE where the draft has another value
 */
export function keepImmutable(
  schema: RecordSchema,
  document: Attributes,
  draft: Attributes,
  immutable: readonly string[],
): void {
  for (const path of immutable) {
    const place = placeOf(schema, path);
    const before = place && valueAt(document, place);
    if (!place || isEmpty(before)) continue;
    const after = valueAt(draft, place);
    if (isEmpty(after)) put(draft, place, structuredClone(before));
    else checkImmutable(path, before, after);
  }
}

function placeOf(schema: RecordSchema, path: string): string[] | undefined {
  const attribute = attributeOf(schema, path);
  if (attribute) return attribute.path;
  const sub = subAttribute(schema, path);
  return sub?.attribute.shape === "complex"
    ? [...sub.attribute.path, sub.attribute.fields[sub.field]?.key ?? sub.field]
    : undefined;
}

function sameValue(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(withoutEmptyValues({ value: before }), withoutEmptyValues({ value: after }));
}
