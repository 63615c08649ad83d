import type { Attribute } from "../mapping/attribute.ts";
import { ScimError } from "./error.ts";
import { isEmpty, isObject, type JsonObject } from "./json.ts";
import { suggestion } from "./suggest.ts";
import { readBinary, readDateTime, readNumber } from "./typed-value.ts";

/** An object in contract form: message keys, values of the right type, null where the client cleared one. */
export type ContractObject = Record<string, unknown>;

/**
 * Checks one attribute's value and brings it into contract form. `where` is the
 * attribute's full path for errors, e.g. "emails[1].value".
 *
 * Null: the attribute is to have no value. Undefined: nothing that is stored
 * was sent. Throws ScimError 400 invalidValue, or invalidSyntax for an unknown
 * sub-attribute.
 */
export function readValue(row: Attribute, raw: unknown, where: string): unknown {
  if (isEmpty(raw)) return null;
  if (row.multiValued) return readElements(row, raw, where);
  return row.type === "complex" ? readComplex(row, raw, where) : readScalar(row, raw, where);
}

/** A value without parts. Null: no value. */
export function readScalar(row: Attribute, raw: unknown, where: string): unknown {
  if (isEmpty(raw)) return null;
  if (row.type === "boolean") return readBoolean(raw, where);
  if (row.type === "any") return readAny(raw, where, row.maxLength);
  if (row.type === "decimal" || row.type === "integer") return readNumber(raw, row.type, where);
  if (typeof raw !== "string") throw invalid(`${where} must be a string.`);
  if (row.trimmed) refuseOuterSpace(raw, where);
  const text = readText(raw, where, row.maxLength);
  if (row.type === "dateTime") return readDateTime(text, where);
  return row.type === "binary" ? readBinary(text, where) : text;
}

/** Not trimmed for the client: it would read back another name than it sent, and look for that one in vain. */
function refuseOuterSpace(raw: string, where: string): void {
  const trimmed = raw.trim();
  if (trimmed === "") throw invalid(`${where} must not be blank.`);
  if (trimmed !== raw) throw invalid(`${where} must not begin or end with white space.`);
}

/** Entra sends booleans as text, in any case. */
function readBoolean(raw: unknown, where: string): boolean {
  const value = typeof raw === "string" ? raw.toLowerCase() : raw;
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw invalid(`${where} must be a boolean.`);
}

function readText(raw: string, where: string, maxLength: number): string {
  // PostgreSQL stores neither of them.
  if (raw.includes("\0")) throw invalid(`${where} must not have a NUL character.`);
  if (!raw.isWellFormed()) throw invalid(`${where} must not have half a surrogate pair.`);
  if (raw.length > maxLength && lengthOf(raw) > maxLength) {
    throw invalid(`${where} must have at most ${maxLength.toLocaleString("en")} characters.`);
  }
  return raw;
}

function lengthOf(raw: string): number {
  let length = 0;
  for (const _ of raw) length++;
  return length;
}

/** Any JSON, as the value of a custom field. Texts and names are checked at every depth. */
function readAny(raw: unknown, where: string, maxLength: number): unknown {
  if (typeof raw === "string") return readText(raw, where, maxLength);
  if (Array.isArray(raw)) return raw.map((item, index) => readAny(item, `${where}[${index}]`, maxLength));
  if (!isObject(raw)) return raw;
  const copy: ContractObject = Object.create(null);
  for (const [key, value] of Object.entries(raw)) {
    if (unsafeNames.has(key)) throw invalid(`${where} must not have an attribute named ${key}.`);
    copy[readText(key, where, 128)] = readAny(value, `${where}.${key}`, maxLength);
  }
  return copy;
}

const unsafeNames = new Set(["__proto__", "constructor", "prototype"]);

/**
 * A complex attribute that is not a list. `manager` comes as an object, as the
 * bare id, and as a list of one.
 */
function readComplex(row: Attribute, raw: unknown, where: string): ContractObject | null | undefined {
  const value = Array.isArray(raw) && raw.length === 1 ? raw[0] : raw;
  const hasValue = row.sub.has("value");
  if (typeof value === "string" && hasValue) return readSubAttributes(row, { value }, where);
  if (!isObject(value)) throw invalid(`${where} must be an object.`);
  const object = readSubAttributes(row, value, where);
  if (row.sub.has("$ref") && object.value === null) return null;
  if (Object.keys(object).length > 0) return object;
  return hasValue && Object.keys(value).length === 0 ? null : undefined;
}

/** A list. One object stands for a list of one, a bare text for `{value}`. */
function readElements(row: Attribute, raw: unknown, where: string): unknown[] | null {
  const list = Array.isArray(raw) ? raw : [raw];
  if (list.length > row.maxElements) {
    throw invalid(`${where} must have at most ${row.maxElements.toLocaleString("en")} elements.`);
  }
  const place = (index: number) => (Array.isArray(raw) ? `${where}[${index}]` : where);
  if (row.type !== "complex") return readScalars(row, list, place);
  const elements = list
    .map((item, index) => readElement(row, item, place(index)))
    .filter((element) => element !== undefined);
  if (elements.filter((element) => element.primary === true).length > 1) {
    throw invalid(`${where} must have at most one element whose primary is true.`);
  }
  return elements.length === 0 ? null : elements;
}

/** A list of single values. Equal ones are one (RFC 7643 section 2.4). */
function readScalars(row: Attribute, list: readonly unknown[], place: (index: number) => string): unknown[] | null {
  const values = list.map((item, index) => readScalar(row, item, place(index))).filter((value) => value !== null);
  return values.length === 0 ? null : [...new Set(values)];
}

/** One element of a list. Undefined: it says nothing, as `{type: "work", value: ""}`. */
export function readElement(row: Attribute, raw: unknown, where: string): ContractObject | undefined {
  const value = typeof raw === "string" && row.sub.has("value") ? { value: raw } : raw;
  if (value === null) return undefined;
  if (!isObject(value)) throw invalid(`${where} must be an object.`);
  const element = readSubAttributes(row, value, where);
  for (const key of Object.keys(element)) if (element[key] === null) delete element[key];
  const missing = row.subAttributes.find((sub) => sub.required && element[sub.field ?? ""] === undefined);
  if (missing !== undefined) throw invalid(`${where}.${missing.name} is required.`);
  return Object.keys(element).every((key) => key === "type" || key === "primary") ? undefined : element;
}

/** The stored sub-attributes of an object, null where it clears one. */
export function readSubAttributes(row: Attribute, raw: JsonObject, where: string): ContractObject {
  const object: ContractObject = {};
  const seen = new Set<Attribute>();
  for (const key of Object.keys(raw)) {
    const sub = row.sub.get(key.toLowerCase());
    if (sub === undefined) {
      // Entra puts "$ref": null into elements of any kind.
      if (key === "$ref" && raw[key] === null) continue;
      const names = row.subAttributes.map((known) => known.name);
      throw new ScimError(400, "invalidSyntax", `${where} has no sub-attribute ${key}.${suggestion(key, names)}`);
    }
    if (seen.has(sub)) throw new ScimError(400, "invalidSyntax", `${where}.${sub.name} is given twice.`);
    seen.add(sub);
    if (sub.field !== undefined && sub.mutability !== "readOnly") {
      object[sub.field] = readValue(sub, raw[key], `${where}.${sub.name}`);
    }
  }
  if (object.value === undefined) takeReference(row, raw, object, where);
  return object;
}

/** `$ref` alone is enough to say which resource is meant (RFC 7643 section 2.4): its last segment is the id. */
function takeReference(row: Attribute, raw: JsonObject, object: ContractObject, where: string): void {
  const address = row.sub.has("$ref") ? raw.$ref : undefined;
  if (typeof address !== "string" || !row.sub.has("value")) return;
  const id = address.slice(address.lastIndexOf("/") + 1);
  if (id !== "") object.value = readText(id, `${where}.$ref`, row.maxLength);
}

function invalid(detail: string): ScimError {
  return new ScimError(400, "invalidValue", detail);
}
