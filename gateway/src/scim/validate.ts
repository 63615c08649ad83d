import type { Attribute } from "../mapping/attribute.ts";
import {
  attributeOf,
  isKeptByUrn,
  locate,
  type ResourceKind,
  type ResourceSchema,
  type Section,
} from "../mapping/schema.ts";
import { flatCustomFields } from "./custom-fields.ts";
import { ScimError } from "./error.ts";
import { bodyObject, isEmpty, isObject, type JsonObject, refuseTwins } from "./json.ts";
import { checkSchemas } from "./schemas.ts";
import { suggestion } from "./suggest.ts";
import { readValue } from "./value.ts";

/** One attribute that a body gives a value, or, by null, takes it from. */
export interface Assignment {
  readonly section: Section;
  readonly attribute: Attribute;
  /** In contract form. Null: no value. */
  readonly value: unknown;
}

/** A resource body that was checked, in contract form. */
export interface ValidatedResource {
  readonly kind: ResourceKind;
  /** By contract path, in the order of the body. */
  readonly assignments: ReadonlyMap<string, Assignment>;
  /** Extensions of which the body says that the resource shall have none. */
  readonly cleared: readonly Section[];
}

/**
 * Checks the body of a POST. Names are case-insensitive, what the server alone
 * writes is ignored, and what clients are known to send oddly is put right.
 *
 * Throws ScimError 400: invalidSyntax for an unknown attribute, invalidValue
 * for everything else; the detail names the attribute.
 */
export function validateResource(body: unknown, schema: ResourceSchema): ValidatedResource {
  const resource = readResource(body, schema);
  requireComplete(resource, schema);
  return resource;
}

/**
 * Throws ScimError 400 invalidValue that names a required attribute without a
 * value. An extension's are required of resources that have the extension.
 * `isKept` tells of attributes that keep the value that they have.
 */
export function requireComplete(
  { assignments }: ValidatedResource,
  schema: ResourceSchema,
  isKept: (row: Attribute) => boolean = () => false,
): void {
  const given = new Map<Attribute, unknown>();
  const used = new Set([schema.core]);
  for (const { section, attribute, value } of assignments.values()) {
    if (isEmpty(value)) continue;
    given.set(attribute, value);
    used.add(section);
  }
  for (const section of used) {
    for (const row of section.attributes) if (!isKept(row)) checkRequired(section, row, given.get(row), isKept);
  }
}

function checkRequired(section: Section, row: Attribute, value: unknown, isKept: (row: Attribute) => boolean): void {
  const name = attributeName(section, row);
  if (row.required && value === undefined) throw requiredMissing(name);
  if (!isObject(value)) return;
  const missing = row.subAttributes.find((sub) => sub.required && !isKept(sub) && isEmpty(value[sub.field ?? ""]));
  if (missing !== undefined) throw requiredMissing(`${name}.${missing.name}`);
}

/** The same for a body that need not be complete, such as that of a merging PUT. */
export function readResource(body: unknown, schema: ResourceSchema): ValidatedResource {
  const object = bodyObject(body);
  const assignments = new Map<string, Assignment>();
  const ofSections: [Section, unknown][] = [];
  const seen = new Set<Attribute>();
  for (const key of Object.keys(object)) {
    const section = schema.byUrn.get(key.toLowerCase());
    if (section !== undefined) {
      ofSections.push([section, object[key]]);
      continue;
    }
    const found = locate(schema, undefined, key);
    if (found?.attribute === undefined) throw unknownAttribute(key, schema.kind, schema.byName.values());
    if (found.attribute.name === "schemas") checkSchemas(object[key], schema);
    else assign(assignments, seen, found.section, found.attribute, object[key]);
  }
  // After the rest: Entra repeats extension attributes as nulls at the top.
  const cleared = ofSections.filter(([section, value]) => isKeptByUrn(section) && isEmpty(value));
  for (const [section, value] of ofSections.filter((entry) => !cleared.includes(entry)))
    assignSection(assignments, schema, section, value);
  return { kind: schema.kind, assignments, cleared: cleared.map(([section]) => section) };
}

/** How an attribute is called in errors: by its URN too, if it is not of the core schema. */
export function attributeName(section: Section, row: Attribute): string {
  return section.extension ? `${section.urn}:${row.name}` : row.name;
}

/** 400 invalidValue for a required attribute without a value. */
export function requiredMissing(name: string): ScimError {
  return new ScimError(400, "invalidValue", `${name} is required.`);
}

/** The attributes of an object under a schema's URN, by their rows. Null or "" stands for all of them. */
export function sectionEntries(schema: ResourceSchema, section: Section, raw: unknown): [Attribute, unknown][] {
  if (raw === null || raw === "") return section.attributes.map((row) => [row, null]);
  if (!isObject(raw)) throw new ScimError(400, "invalidValue", `${section.urn} must be an object.`);
  const object: JsonObject = section.open ? flatCustomFields(raw, section.urn) : raw;
  if (!section.open) refuseTwins(Object.keys(object));
  return Object.keys(object).map((key) => {
    const row = attributeOf(schema, section, key);
    if (row === undefined) throw unknownAttribute(key, section.urn, section.attributes);
    return [row, object[key]];
  });
}

function assignSection(
  assignments: Map<string, Assignment>,
  schema: ResourceSchema,
  section: Section,
  raw: unknown,
): void {
  const seen = new Set<Attribute>();
  for (const [row, value] of sectionEntries(schema, section, raw)) assign(assignments, seen, section, row, value);
}

function assign(
  assignments: Map<string, Assignment>,
  seen: Set<Attribute>,
  section: Section,
  attribute: Attribute,
  raw: unknown,
): void {
  if (attribute.mutability === "readOnly" || attribute.field === undefined) return;
  const name = attributeName(section, attribute);
  if (seen.has(attribute)) throw new ScimError(400, "invalidSyntax", `${name} is given twice.`);
  seen.add(attribute);
  const value = readValue(attribute, raw, name);
  if (value !== undefined) assignments.set(attribute.path, { section, attribute, value });
}

function unknownAttribute(name: string, owner: string, known: Iterable<Attribute>): ScimError {
  const names = Array.from(known, (row) => row.name);
  return new ScimError(400, "invalidSyntax", `${name} is not an attribute of ${owner}.${suggestion(name, names)}`);
}
