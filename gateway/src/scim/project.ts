import { groupSchema } from "../mapping/group.ts";
import { locate, type ResourceKind, type ResourceSchema } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import { userSchema } from "../mapping/user.ts";
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

/** The part of a resource that a projection leaves. Names that the schema does not have are ignored. */
export function project(resource: Resource, projection: Projection | undefined, schema: ResourceSchema): Resource {
  return projection === undefined ? resource : pick(resource, namedIn(projection, schema), projection.only);
}

/** Whether the answer has `groups` or `members`, whose reading costs a join. */
export function needsMemberships(projection: Projection | undefined, kind: ResourceKind): boolean {
  if (projection === undefined) return true;
  const schema = kind === "User" ? userSchema : groupSchema;
  const memberships = namedIn(projection, schema).get(kind === "User" ? "groups" : "members");
  return projection.only ? memberships !== undefined : memberships !== true;
}

/** Names as a tree of the keys of a resource. True: with all that is below. */
type Named = Map<string, true | Named>;

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
  const named: Named = new Map();
  for (const name of projection.names) for (const keys of keysOf(name, schema)) insert(named, keys);
  for (const row of schema.byName.values()) {
    if (row.returned !== "always") continue;
    if (projection.only) named.set(row.name, true);
    else named.delete(row.name);
  }
  projection.named.set(schema, named);
  return named;
}

/** Where in a resource a name leads. A schema's URN stands for all its attributes. */
function keysOf(name: string, schema: ResourceSchema): string[][] {
  const section = schema.byUrn.get(name.toLowerCase());
  if (section === schema.core) return section.attributes.map((row) => [row.name]);
  if (section !== undefined) return [[section.urn]];
  const path = parse(name);
  const found = path && locate(schema, path.urn, path.name);
  if (path === undefined || found?.attribute === undefined) return [];
  const keys = found.section.extension ? [found.section.urn, found.attribute.name] : [found.attribute.name];
  if (path.sub === undefined) return [keys];
  const sub = found.attribute.sub.get(path.sub.toLowerCase());
  return sub === undefined ? [] : [[...keys, sub.name]];
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

function insert(named: Named, [key, ...rest]: readonly string[]): void {
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
