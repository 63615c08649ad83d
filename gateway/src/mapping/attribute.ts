/** Data types of RFC 7643 section 2.3. `any` is an attribute of an extension that declares none. */
export type AttributeType =
  | "string"
  | "boolean"
  | "decimal"
  | "integer"
  | "dateTime"
  | "reference"
  | "binary"
  | "complex"
  | "any";

/** Who may write an attribute, and when (RFC 7643 section 2.2). */
export type Mutability = "readOnly" | "readWrite" | "immutable" | "writeOnly";
/** When an answer has an attribute (RFC 7643 section 2.2). */
export type Returned = "always" | "never" | "default" | "request";
/**
 * What a value is made from that the store does not keep: the kind of resource,
 * its address or that of another, its version, the URNs of its schemas.
 */
export type Derived = "resourceType" | "location" | "version" | "schemas";
/** Among which resources a value must not occur twice (RFC 7643 section 2.2). */
export type Uniqueness = "none" | "server" | "global";

/** One row of the mapping: a SCIM attribute and the contract field that holds it. */
export interface Attribute {
  /** The name as RFC 7643 writes it, e.g. "givenName". */
  readonly name: string;
  /** Contract path in snake_case. Of a sub-attribute: relative to its attribute. */
  readonly path: string;
  /** Key in the ts-proto message. Undefined: accepted from clients or derived for them, but not stored. */
  readonly field: string | undefined;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  /** Whether text is compared exactly. */
  readonly caseExact: boolean;
  /** Advice for clients, not a closed list. */
  readonly canonicalValues: readonly string[];
  readonly referenceTypes: readonly string[];
  /** Whether a text must not be blank, nor begin or end with white space: nobody would find a record by such a name. */
  readonly trimmed: boolean;
  /** Longest text, in characters. */
  readonly maxLength: number;
  /** Longest list, in elements. */
  readonly maxElements: number;
  readonly filterable: boolean;
  /** Undefined: the value is stored, or there is none. */
  readonly derived: Derived | undefined;
  readonly description: string;
  readonly subAttributes: readonly Attribute[];
  /** Sub-attributes by lower-case name. */
  readonly sub: ReadonlyMap<string, Attribute>;
}

type Options = Partial<Omit<Attribute, "name" | "type" | "description" | "sub">>;

/** Makes a row. Everything that is not said has the default of RFC 7643 section 2.2. */
export function attribute(name: string, type: AttributeType, description: string, options: Options = {}): Attribute {
  const subAttributes = options.subAttributes ?? [];
  return Object.freeze({
    name,
    path: snakeCase(name),
    field: name,
    type,
    multiValued: false,
    required: false,
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    caseExact: false,
    canonicalValues: [],
    referenceTypes: [],
    trimmed: false,
    maxLength: 1_024,
    maxElements: 100,
    filterable: true,
    derived: undefined,
    description,
    ...options,
    subAttributes,
    sub: byName(subAttributes),
  } satisfies Attribute);
}

/** Rows by lower-case name: attribute names are case-insensitive (RFC 7643 section 2.1). */
export function byName(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  return new Map(attributes.map((row) => [row.name.toLowerCase(), row]));
}

/** A single text. */
export function text(name: string, description: string, options: Options = {}): Attribute {
  return attribute(name, "string", description, options);
}

/** A complex attribute. */
export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  options: Options = {},
): Attribute {
  return attribute(name, "complex", description, { ...options, subAttributes });
}

/**
 * A `$ref`: made from the value in answers, read from requests only where the
 * value itself is missing.
 */
export function reference(description: string, referenceTypes: readonly string[], options: Options = {}): Attribute {
  return attribute("$ref", "reference", description, {
    field: undefined,
    derived: "location",
    caseExact: true,
    referenceTypes,
    ...options,
  });
}

/** The contract path of an attribute or of one of its sub-attributes: "emails", "emails.value", "create_time". */
export function contractPath(row: Attribute, sub: Attribute | undefined): string {
  if (sub === undefined) return row.path;
  return row.path === "" ? sub.path : `${row.path}.${sub.path}`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
