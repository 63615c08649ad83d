import { hash } from "node:crypto";
import { type Attributes, ENTERPRISE_URN, type Field, type RecordSchema, valueAt } from "./attributes.ts";
import { isEmpty } from "./empty-values.ts";
import { foldCase } from "./fold-case.ts";
import { instantOf } from "./instant.ts";

/** A single value that a filter compares with. */
export type Scalar = string | number | boolean | Date;

/**
 * The value keys of a record, for the column of that name: one for each
 * distinct value of each attribute, at any depth, and of `schemas`. A GIN index
 * on them answers `eq` on every attribute. Sorted; as texts, since PostgreSQL's
 * bigint is wider than a JavaScript number.
 *
 * Whoever changes how keys are made, here or in what this calls, writes a
 * migration that keys all rows anew: filters look for new keys only.
 */
export function valueKeys(schema: RecordSchema, accountId: string, attributes: Attributes): string[] {
  const keys = new Set<bigint>();
  const add = (path: string, value: Scalar) => keys.add(hashOf(schema.kind, accountId, path, value));
  for (const urn of schemaUrns(schema, attributes)) add("schemas", urn);
  for (const [path, value] of definedScalars(schema, attributes)) add(path, value);
  for (const [path, value] of extensionScalars(attributes)) {
    add(path, value);
    // Only an account's own schema says which texts are dates: whatever can be one is found as both.
    const instant = typeof value === "string" ? instantOf(value) : undefined;
    if (instant) add(path, instant);
  }
  return [...BigInt64Array.from(keys).sort()].map(String);
}

/**
 * The key of one value at a contract path. Text is folded, so what is found by
 * a key is still to be compared: letter case may differ, and hashes may meet.
 */
export function valueKey(kind: RecordSchema["kind"], accountId: string, path: string, value: Scalar): string {
  return String(hashOf(kind, accountId, path, value));
}

/** The URNs of the schemas that a record has attributes of. */
export function schemaUrns(schema: RecordSchema, attributes: Attributes): string[] {
  const extensions = Object.keys((attributes["extensions"] ?? {}) as Attributes);
  return [schema.urn, ...(isEmpty(attributes["enterprise"]) ? [] : [ENTERPRISE_URN]), ...extensions];
}

function hashOf(kind: string, accountId: string, path: string, value: Scalar): bigint {
  // No part but the last can have U+0000 in it.
  const digest = hash("sha256", `${accountId}\0${kind}\0${path}\0${canonical(value)}`);
  return BigInt.asIntN(64, BigInt(`0x${digest.slice(0, 16)}`));
}

function canonical(value: Scalar): string {
  if (typeof value === "string") return `text ${foldCase(value)}`;
  if (value instanceof Date) return `instant ${value.getTime()}`;
  return `${typeof value} ${value}`;
}

function* definedScalars({ attributes }: RecordSchema, document: Attributes): Iterable<[string, Scalar]> {
  for (const [path, attribute] of Object.entries(attributes)) {
    const value = valueAt(document, attribute.path);
    if (value === undefined) continue;
    if (attribute.shape === "scalar") yield [path, value as Scalar];
    if (attribute.shape === "complex") yield* fieldScalars(path, attribute.fields, value as Attributes);
    if (attribute.shape === "list")
      for (const element of value as Attributes[]) yield* fieldScalars(path, attribute.fields, element);
  }
}

function* fieldScalars(
  path: string,
  fields: Readonly<Record<string, Field>>,
  value: Attributes,
): Iterable<[string, Scalar]> {
  for (const [name, { key }] of Object.entries(fields))
    if (value[key] !== undefined) yield [`${path}.${name}`, value[key] as Scalar];
}

function* extensionScalars({ extensions = {} }: Attributes): Iterable<[string, Scalar]> {
  for (const [urn, extension] of Object.entries(extensions as Record<string, Attributes>))
    for (const [name, value] of Object.entries(extension)) yield* jsonScalars(`${urn}:${name}`, value);
}

function* jsonScalars(path: string, value: unknown): Iterable<[string, Scalar]> {
  if (Array.isArray(value)) for (const element of value) yield* jsonScalars(path, element);
  else if (typeof value === "object" && value !== null)
    for (const [name, inner] of Object.entries(value)) yield* jsonScalars(`${path}.${name}`, inner);
  else if (value !== null) yield [path, value as Scalar];
}
