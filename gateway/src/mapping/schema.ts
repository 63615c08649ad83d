import { type Attribute, attribute, byName, contractPath, type Returned } from "./attribute.ts";

/** The kinds of resource, named as in `meta.resourceType`. */
export type ResourceKind = "User" | "Group";

/** The attributes of one schema URN. */
export interface Section {
  readonly urn: string;
  /** Other URNs that clients use for it. */
  readonly aliases: readonly string[];
  readonly name: string;
  readonly description: string;
  /** True: its attributes stand under its URN in a resource (RFC 7643 section 3.3). */
  readonly extension: boolean;
  /** True: takes any attribute, and declares none. */
  readonly open: boolean;
  /** Of the attributes that an open one does not declare. Undefined: "default". */
  readonly returned?: Returned;
  readonly attributes: readonly Attribute[];
}

/** All that the engine knows of one kind of resource. */
export interface ResourceSchema {
  readonly kind: ResourceKind;
  /** URN of the core schema. */
  readonly urn: string;
  /** Path below the base URL, e.g. "/Users". */
  readonly endpoint: string;
  readonly description: string;
  /** Attributes of every resource (RFC 7643 section 3.1): they belong to no schema. */
  readonly everyResource: readonly Attribute[];
  readonly core: Section;
  readonly extensions: readonly Section[];
  /** Core attributes, those of every resource included, by lower-case name. */
  readonly byName: ReadonlyMap<string, Attribute>;
  /** Sections by lower-case URN, aliases included. */
  readonly byUrn: ReadonlyMap<string, Section>;
  /** Extension attributes by section and lower-case name. */
  readonly inExtension: ReadonlyMap<Section, ReadonlyMap<string, Attribute>>;
  /** Contract paths of the attributes that take a value once, as PUT names them to the service. */
  readonly immutablePaths: readonly string[];
  /**
   * Contract paths of the attributes that a record needs once it has any attribute
   * of their extension, and of the parts that a complex one needs.
   */
  readonly requiredPaths: readonly string[];
}

/** What a schema is made from. */
type Parts = Pick<ResourceSchema, "kind" | "endpoint" | "description" | "everyResource" | "core" | "extensions">;

/** Builds a schema with its indexes. */
export function resourceSchema(parts: Parts): ResourceSchema {
  const sections = [parts.core, ...parts.extensions];
  return {
    ...parts,
    urn: parts.core.urn,
    byName: byName([...parts.everyResource, ...parts.core.attributes]),
    byUrn: new Map(
      sections.flatMap((section) => [section.urn, ...section.aliases].map((urn) => [urn.toLowerCase(), section])),
    ),
    inExtension: new Map(parts.extensions.map((section) => [section, byName(section.attributes)])),
    // A list's elements come and go: only a whole list can be immutable.
    immutablePaths: pathsOf(sections, (row) => row.mutability === "immutable"),
    // A list's elements are checked one by one as they are read.
    requiredPaths: pathsOf(parts.extensions, (row) => row.required),
  };
}

/** Contract paths of the attributes of a kind, and of the sub-attributes of single complex ones. */
function pathsOf(sections: readonly Section[], isMeant: (row: Attribute) => boolean): string[] {
  return sections
    .flatMap(({ attributes }) => attributes)
    .flatMap((row) => [
      ...(isMeant(row) ? [row.path] : []),
      ...(row.multiValued ? [] : row.subAttributes.filter(isMeant)).map((sub) => contractPath(row, sub)),
    ]);
}

/** Where a name leads: a whole section, or an attribute of it. */
export interface Located {
  readonly section: Section;
  readonly attribute: Attribute | undefined;
}

/**
 * Finds an attribute by its name and, if the client gave one, URN; both without
 * regard to case. A name without a URN that the core schema does not have is
 * looked for in the extensions: Entra writes `manager` so.
 */
export function locate(schema: ResourceSchema, urn: string | undefined, name: string): Located | undefined {
  if (urn === undefined) return locateUnqualified(schema, name);
  const section = schema.byUrn.get(urn.toLowerCase());
  if (section !== undefined) {
    const found = attributeOf(schema, section, name);
    if (found !== undefined) return { section, attribute: found };
  }
  const whole = schema.byUrn.get(`${urn}:${name}`.toLowerCase());
  return whole && { section: whole, attribute: undefined };
}

function locateUnqualified(schema: ResourceSchema, name: string): Located | undefined {
  const key = name.toLowerCase();
  const core = schema.byName.get(key);
  if (core !== undefined) return { section: schema.core, attribute: core };
  for (const [section, rows] of schema.inExtension) {
    const found = rows.get(key);
    if (found !== undefined) return { section, attribute: found };
  }
  return undefined;
}

/** The attribute of a section by name, in any case. An open section has every name that is safe to store. */
export function attributeOf(schema: ResourceSchema, section: Section, name: string): Attribute | undefined {
  if (section === schema.core) return schema.byName.get(name.toLowerCase());
  if (section.open) return isOpenName(name) ? openAttribute(section, name) : undefined;
  return schema.inExtension.get(section)?.get(name.toLowerCase());
}

/**
 * Whether a section's attributes are kept as they come, under its URN. Of those
 * the service knows no schema; the enterprise extension has fields of its own.
 */
export function isKeptByUrn({ urn, extension, attributes }: Section): boolean {
  return extension && attributes.every((row) => row.path.startsWith(`${urn}:`));
}

const openName = /^[A-Za-z0-9][\w-]{0,127}$/;

/** Names that an object's prototype answers to must never become keys of stored data. */
function isOpenName(name: string): boolean {
  return openName.test(name) && name !== "constructor" && name !== "prototype";
}

function openAttribute(section: Section, name: string): Attribute {
  const { urn, returned = "default" } = section;
  return attribute(name, "any", "", { path: `${urn}:${name}`, maxLength: 65_536, returned });
}
