import { firstCharacters } from "../../domain/characters.ts";

/** A value as JSON has it: what rules read and give. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** An object as JSON has it. */
export type JsonObject = { [key: string]: Json };

/** What an expression may name, complete: nothing that is known by name is ever absent. */
export type Variables = Record<string, Json>;

/**
 * How many elements of a list and characters of a text rules see. Together
 * with the bounds on source, nodes and nesting this keeps an evaluation short,
 * however much a client stores. No field takes a text that long.
 */
export const LIST_LIMIT = 200;
const TEXT_LIMIT = 4_096;

const text = "";
const multiValue = { value: text, display: text, type: text, primary: false };
const address = {
  formatted: text,
  streetAddress: text,
  locality: text,
  region: text,
  postalCode: text,
  country: text,
  type: text,
  primary: false,
};
const group = {
  id: text,
  displayName: text,
  classification: text,
  organizationId: text,
  externalId: text,
  groupType: text,
};
const account = { id: text, organizationId: text, locale: text, timeZone: text };

/** A list whose elements have the shape of its one element here. */
const listOf = (element: Json): Json => [element];
/** An object whose keys are the client's. */
export const open: JsonObject = {};
/** The extension that has custom fields by their ids; rules read it as `customFields`. */
export const CUSTOM_FIELDS_URN = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";

const user: JsonObject = {
  id: text,
  userName: text,
  externalId: text,
  name: {
    formatted: text,
    familyName: text,
    givenName: text,
    middleName: text,
    honorificPrefix: text,
    honorificSuffix: text,
  },
  displayName: text,
  nickName: text,
  profileUrl: text,
  title: text,
  userType: text,
  preferredLanguage: text,
  locale: text,
  timezone: text,
  active: null,
  emails: listOf(multiValue),
  phoneNumbers: listOf(multiValue),
  ims: listOf(multiValue),
  photos: listOf(multiValue),
  addresses: listOf(address),
  entitlements: listOf(multiValue),
  roles: listOf(multiValue),
  x509Certificates: listOf(multiValue),
  enterprise: {
    employeeNumber: text,
    costCenter: text,
    organization: text,
    division: text,
    department: text,
    manager: { value: text },
    site: text,
    location: text,
    supportId: text,
  },
  extensions: open,
  customFields: open,
};

const person: JsonObject = {
  exists: false,
  linked: false,
  id: text,
  name: text,
  primaryEmail: text,
  organizationId: text,
  managerId: text,
  jobTitle: text,
  location: text,
  employeeId: text,
  supportId: text,
  costCenter: text,
  vip: false,
  disabled: false,
  locale: text,
  preferredLanguage: text,
  timeZone: text,
  source: text,
  sourceId: text,
};

const organization: JsonObject = { exists: false, id: text, name: text, disabled: false };

/** The variables of user rules, with what stands for an absent value. A list shows its element. */
export const userVariables: JsonObject = { user, groups: listOf(group), person, account, deleted: false };

/** The variables of group rules. */
export const groupVariables: JsonObject = {
  group: { id: text, displayName: text, externalId: text, groupType: text, extensions: open, customFields: open },
  organization,
  account,
  deleted: false,
};

/** Fills in what a record leaves out, after the shape, and drops what the shape does not know. */
export function complete(shape: Json, value: unknown): Json {
  if (shape === open) return isObject(value) ? (clip(value as Json) as JsonObject) : {};
  if (Array.isArray(shape)) {
    const [element = null] = shape;
    return Array.isArray(value) ? value.slice(0, LIST_LIMIT).map((item) => complete(element, item)) : [];
  }
  if (isObject(shape)) {
    const given = isObject(value) ? value : {};
    const completed: JsonObject = {};
    for (const key in shape) completed[key] = complete(shape[key] as Json, given[key]);
    // An object of its own among the extensions, which come before it.
    if (isObject(shape["customFields"])) completed["customFields"] = customFieldsIn(completed["extensions"]);
    return completed;
  }
  if (value === undefined || value === null) return shape;
  return clip(value as Json);
}

function customFieldsIn(extensions: Json | undefined): JsonObject {
  const fields = isObject(extensions) ? extensions[CUSTOM_FIELDS_URN] : undefined;
  return isObject(fields) ? (fields as JsonObject) : {};
}

/** Values cut to the bounds, extensions' own values all the way down. */
function clip(value: Json): Json {
  if (typeof value === "string") return firstCharacters(value, TEXT_LIMIT);
  if (Array.isArray(value)) return value.slice(0, LIST_LIMIT).map(clip);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clip(item as Json)]));
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
