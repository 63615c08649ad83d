import type { Attribute } from "../mapping/attribute.ts";
import { locate, type ResourceSchema, type Section } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import { ScimError } from "./error.ts";
import type { AttributePath } from "./filter/ast.ts";
import { parseAttributePath } from "./filter/parser.ts";
import { isObject } from "./json.ts";
import type { Query } from "./query.ts";

/** Which attributes an answer is to have (RFC 7644 section 3.9). */
export interface Projection {
  /** True: the named ones. False: all but the named ones. */
  readonly only: boolean;
  /** As the client wrote them. */
  readonly names: readonly string[];
  /** What the names come to, by schema. Filled on first use, so that a list resolves them once. */
  readonly named: Map<ResourceSchema, Named>;
}

/**
 * Reads `attributes` and `excludedAttributes`. Undefined: neither is given.
 * Throws ScimError 400 invalidValue for both.
 */
export function parseProjection(query: Query): Projection | undefined {
  const attributes = namesIn(query.attributes);
  const excluded = namesIn(query.excludedAttributes);
  if (attributes.length > 0 && excluded.length > 0) {
    throw new ScimError(400, "invalidValue", "attributes and excludedAttributes exclude each other.");
  }
  if (attributes.length > 0) return { only: true, names: attributes, named: new Map() };
  return excluded.length > 0 ? { only: false, names: excluded, named: new Map() } : undefined;
}

/**
 * The part of a resource that a projection leaves, and what each attribute's
 * `returned` says leaves (RFC 7643 section 7). Names that the schema does not
 * have are ignored.
 */
export function project(resource: Resource, projection: Projection | undefined, schema: ResourceSchema): Resource {
  if (projection !== undefined) return pick(resource, namedIn(projection, schema), projection.only);
  const hidden = hiddenIn(schema);
  return hidden.size === 0 ? resource : pick(resource, hidden, false);
}

/** Whether the answer has `groups` or `members`, whose reading costs a join. */
export function needsMemberships(projection: Projection | undefined, schema: ResourceSchema): boolean {
  const name = schema.kind === "User" ? "groups" : "members";
  if (projection === undefined) return hiddenIn(schema).get(name) !== true;
  const memberships = namedIn(projection, schema).get(name);
  return projection.only ? memberships !== undefined : memberships !== true;
}

/** Names as a tree of the keys of a resource. True: with all that is below. */
type Named = Map<string, true | Named>;
type Keys = readonly string[];

function namesIn(parameter: unknown): string[] {
  const texts = Array.isArray(parameter) ? parameter : [parameter];
  return texts
    .filter((text) => typeof text === "string")
    .flatMap((text) => text.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function namedIn(projection: Projection, schema: ResourceSchema): Named {
  const known = projection.named.get(schema);
  if (known !== undefined) return known;
  const { only, names } = projection;
  const named = only ? new Map() : hiddenTree(schema);
  for (const name of names) for (const keys of keysOf(name, schema, only ? shownOnly : leftOut)) insert(named, keys);
  if (only) insertAlways(named, schema);
  projection.named.set(schema, named);
  return named;
}

/** Which attributes a name does not bring in or out: `self` where it is theirs, `within` where it is that of the whole. */
interface Spared {
  self(row: Attribute): boolean;
  within(row: Attribute): boolean;
}

const shownOnly: Spared = { self: (row) => row.returned === "never", within: isHidden };
const leftOut: Spared = { self: isAlways, within: isAlways };

/** A password is never there to be left out. */
function isHidden({ returned, field, derived }: Attribute): boolean {
  const isKept = field !== undefined || derived !== undefined;
  return isKept && (returned === "never" || returned === "request");
}

function isAlways({ returned }: Attribute): boolean {
  return returned === "always";
}

/** Where in a resource a name leads. A schema's URN stands for all its attributes. */
function keysOf(name: string, schema: ResourceSchema, spared: Spared): Keys[] {
  const section = schema.byUrn.get(name.toLowerCase());
  if (section !== undefined) return sectionKeys(section, section === schema.core, spared);
  const path = parse(name);
  const found = path && locate(schema, path.urn, path.name);
  if (path === undefined || found?.attribute === undefined) return [];
  const keys = found.section.extension ? [found.section.urn, found.attribute.name] : [found.attribute.name];
  if (path.sub === undefined) return spared.self(found.attribute) ? [] : keysWithin(keys, found.attribute, spared);
  // What is never returned is not returned in parts either.
  if (found.attribute.returned === "never") return [];
  const sub = found.attribute.sub.get(path.sub.toLowerCase());
  return sub === undefined || spared.self(sub) ? [] : [[...keys, sub.name]];
}

function sectionKeys({ urn, open, returned, attributes }: Section, isCore: boolean, spared: Spared): Keys[] {
  if (open && returned === "never") return [];
  const isWhole = !attributes.some((row) => spared.within(row) || row.subAttributes.some(spared.within));
  if (isWhole && !isCore) return [[urn]];
  return attributes
    .filter((row) => !spared.within(row))
    .flatMap((row) => keysWithin(isCore ? [row.name] : [urn, row.name], row, spared));
}

function keysWithin(keys: Keys, { subAttributes }: Attribute, spared: Spared): Keys[] {
  if (!subAttributes.some(spared.within)) return [keys];
  return subAttributes.filter((sub) => !spared.within(sub)).map((sub) => [...keys, sub.name]);
}

function parse(name: string): AttributePath | undefined {
  try {
    const path = parseAttributePath(name);
    return path.element === undefined ? path : undefined;
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

function insert(named: Named, [key, ...rest]: Keys): void {
  if (key === undefined) return;
  const known = named.get(key);
  if (known === true) return;
  if (rest.length === 0) {
    named.set(key, true);
    return;
  }
  const below: Named = known ?? new Map();
  named.set(key, below);
  insert(below, rest);
}

/** What no projection leaves out; of a complex attribute, where any of it is shown. */
function insertAlways(named: Named, schema: ResourceSchema): void {
  for (const [keys, row] of rowsOf(schema)) {
    if (isAlways(row)) insert(named, keys);
    if (!(at(named, keys) instanceof Map)) continue;
    for (const sub of row.subAttributes) if (isAlways(sub)) insert(named, [...keys, sub.name]);
  }
}

function at(named: Named, keys: Keys): true | Named | undefined {
  return keys.reduce<true | Named | undefined>((found, key) => (found instanceof Map ? found.get(key) : found), named);
}

/** Every attribute of a schema with the keys that lead to it in a resource. */
function* rowsOf(schema: ResourceSchema): Iterable<[Keys, Attribute]> {
  for (const row of schema.byName.values()) yield [[row.name], row];
  for (const { urn, attributes } of schema.extensions) for (const row of attributes) yield [[urn, row.name], row];
}

const hidden = new WeakMap<ResourceSchema, Named>();

/** What an answer lacks where nothing is asked for. */
function hiddenIn(schema: ResourceSchema): Named {
  const named = hidden.get(schema) ?? hiddenTree(schema);
  hidden.set(schema, named);
  return named;
}

function hiddenTree(schema: ResourceSchema): Named {
  const named: Named = new Map();
  for (const [keys, row] of rowsOf(schema)) {
    if (isHidden(row)) insert(named, keys);
    else for (const sub of row.subAttributes) if (isHidden(sub)) insert(named, [...keys, sub.name]);
  }
  for (const { urn, open, returned } of schema.extensions) if (open && returned === "never") insert(named, [urn]);
  return named;
}

function pick(from: Resource, named: Named, only: boolean): Resource {
  const to: Resource = {};
  for (const key of Object.keys(from)) {
    const below = named.get(key);
    const value =
      below instanceof Map ? pickBelow(from[key], below, only) : only === (below === true) ? from[key] : undefined;
    if (value !== undefined) to[key] = value;
  }
  return to;
}

/** Part of a complex attribute, or of each of its elements. Undefined: nothing is left of it. */
function pickBelow(value: unknown, named: Named, only: boolean): unknown {
  if (Array.isArray(value)) {
    const elements = value.map((element) => pickBelow(element, named, only)).filter((element) => element !== undefined);
    return elements.length === 0 ? undefined : elements;
  }
  if (!isObject(value)) return only ? undefined : value;
  const part = pick(value, named, only);
  return Object.keys(part).length === 0 ? undefined : part;
}
