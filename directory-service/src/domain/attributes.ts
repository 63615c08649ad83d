/** The attributes of a SCIM record in contract form: lowerCamelCase keys, no empty values. */
export type Attributes = Record<string, unknown>;

/** The type of a single value. "json" is an extension attribute's, whose schema only the client knows. */
export type ValueType = "text" | "boolean" | "instant" | "json";

/** A sub-attribute: its key in the document and its type. */
export interface Field {
  key: string;
  type: "text" | "boolean";
  /** Longest text, in characters. */
  maxLength: number;
  /** Ignored in what a client writes. */
  readOnly?: true;
}

/** A top-level attribute as a change may name it. `path` leads to it in the document. */
export type Attribute =
  /** `maxLength`: longest text, in characters. */
  | { shape: "scalar"; path: string[]; type: "text" | "boolean"; maxLength: number }
  | { shape: "complex" | "list"; path: string[]; fields: Readonly<Record<string, Field>> }
  | { shape: "json"; path: string[] };

/** One kind of SCIM record: its attributes by contract path, and what it cannot be without. */
export interface RecordSchema {
  kind: "scim_user" | "scim_group";
  /** URN of the core schema (RFC 7643 section 10.3.1). */
  urn: string;
  attributes: Readonly<Record<string, Attribute>>;
  /** Document key, with its contract path, of the one required attribute. */
  required: { key: string; path: string };
}

/** The schema of the attributes "enterprise.…" (RFC 7643 section 4.3). */
export const ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Longest text, in characters, where nothing else is said. The gateway publishes the same numbers (docs/scim.md). */
export const MAX_TEXT = 1_024;

// What an index holds has to fit into a third of its page.
const MAX_KEY = 255;
// Pictures and profiles come as data URLs.
const MAX_URL = 65_536;
const MAX_CERTIFICATE = 16_384;

const text = (path: string, maxLength = MAX_TEXT): Attribute => ({
  shape: "scalar",
  path: path.split("."),
  type: "text",
  maxLength,
});
const field = (key: string, maxLength = MAX_TEXT): Field => ({ key, type: "text", maxLength });
const flag = (key: string): Field => ({ key, type: "boolean", maxLength: 0 });

const multiValue = (key: string, maxLength = MAX_TEXT): Attribute => ({
  shape: "list",
  path: [key],
  fields: {
    value: field("value", maxLength),
    display: field("display"),
    type: field("type"),
    primary: flag("primary"),
  },
});

const ADDRESS: Record<string, Field> = {
  formatted: field("formatted"),
  street_address: field("streetAddress"),
  locality: field("locality"),
  region: field("region"),
  postal_code: field("postalCode"),
  country: field("country"),
  type: field("type"),
  primary: flag("primary"),
};

/** RFC 7643 sections 4.1 and 4.3, as rollcall.directory.v1.ScimUser has them. */
export const SCIM_USER: RecordSchema = {
  kind: "scim_user",
  urn: "urn:ietf:params:scim:schemas:core:2.0:User",
  attributes: {
    user_name: text("userName", MAX_KEY),
    external_id: text("externalId", MAX_KEY),
    name: {
      shape: "complex",
      path: ["name"],
      fields: {
        formatted: field("formatted"),
        family_name: field("familyName"),
        given_name: field("givenName"),
        middle_name: field("middleName"),
        honorific_prefix: field("honorificPrefix"),
        honorific_suffix: field("honorificSuffix"),
      },
    },
    display_name: text("displayName", MAX_KEY),
    nick_name: text("nickName"),
    profile_url: text("profileUrl", MAX_URL),
    title: text("title"),
    user_type: text("userType"),
    preferred_language: text("preferredLanguage"),
    locale: text("locale"),
    timezone: text("timezone"),
    active: { shape: "scalar", path: ["active"], type: "boolean", maxLength: 0 },
    emails: multiValue("emails"),
    phone_numbers: multiValue("phoneNumbers"),
    ims: multiValue("ims"),
    photos: multiValue("photos", MAX_URL),
    addresses: { shape: "list", path: ["addresses"], fields: ADDRESS },
    entitlements: multiValue("entitlements"),
    roles: multiValue("roles"),
    x509_certificates: multiValue("x509Certificates", MAX_CERTIFICATE),
    "enterprise.employee_number": text("enterprise.employeeNumber"),
    "enterprise.cost_center": text("enterprise.costCenter"),
    "enterprise.organization": text("enterprise.organization", MAX_KEY),
    "enterprise.division": text("enterprise.division"),
    "enterprise.department": text("enterprise.department"),
    "enterprise.manager": {
      shape: "complex",
      path: ["enterprise", "manager"],
      fields: { value: field("value", MAX_KEY), display_name: { ...field("displayName"), readOnly: true } },
    },
    "enterprise.site": text("enterprise.site"),
    "enterprise.location": text("enterprise.location"),
    "enterprise.support_id": text("enterprise.supportId"),
  },
  required: { key: "userName", path: "user_name" },
};

/** RFC 7643 section 4.2, as rollcall.directory.v1.ScimGroup has it. Members are rows of their own. */
export const SCIM_GROUP: RecordSchema = {
  kind: "scim_group",
  urn: "urn:ietf:params:scim:schemas:core:2.0:Group",
  attributes: {
    display_name: text("displayName", MAX_KEY),
    external_id: text("externalId", MAX_KEY),
    group_type: text("groupType"),
  },
  required: { key: "displayName", path: "display_name" },
};

/** The attribute that a contract path names, extension attributes ("URN:name") included. */
export function attributeOf(schema: RecordSchema, path: string): Attribute | undefined {
  return Object.hasOwn(schema.attributes, path) ? schema.attributes[path] : extensionAttribute(path);
}

/** The place of an extension attribute in the document. Its name, with sub-attributes after dots, follows the last colon. */
export function extensionAttribute(path: string): (Attribute & { shape: "json" }) | undefined {
  const colon = path.lastIndexOf(":");
  if (!/^urn:[^:]/i.test(path) || colon <= "urn:".length) return undefined;
  const keys = [path.slice(0, colon), ...path.slice(colon + 1).split(".")];
  return keys.some(isReserved) ? undefined : { shape: "json", path: ["extensions", ...keys] };
}

/** Whether a key would reach an object's prototype, or is one that no stored document has. */
export function isReserved(key: string): boolean {
  return key === "" || key.includes("\u0000") || key === "__proto__" || key === "constructor" || key === "prototype";
}

/** The value at a path of a document. */
export function valueAt(document: Attributes, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Attributes)[key];
  }
  return value;
}

/** The values at a path that may lead through arrays, each unwrapped once, as a lax SQL/JSON path finds them. */
export function valuesAlong(document: unknown, path: readonly string[]): unknown[] {
  let values = [document];
  for (const key of path) values = values.flatMap(unwrap).map((value) => valueAt(value as Attributes, [key]));
  return values.flatMap(unwrap).filter((value) => value !== undefined);
}

function unwrap(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** "emails.value" taken apart; undefined for what is no sub-attribute of a complex attribute or a list. */
export function subAttribute(schema: RecordSchema, path: string) {
  const dot = path.lastIndexOf(".");
  if (dot < 0) return undefined;
  const attribute = attributeOf(schema, path.slice(0, dot));
  const field = path.slice(dot + 1);
  if (attribute?.shape !== "complex" && attribute?.shape !== "list") return undefined;
  return { attribute, field };
}
