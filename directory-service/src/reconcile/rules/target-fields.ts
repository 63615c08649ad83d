import { FLAG, join, listOf, NULL, NUMBER, type ObjectType, TEXT, type Type } from "./types/type.ts";

/** A field that rules may set. */
export interface TargetField {
  /** What an expression may give for it. Null, and "" where it is no list, keep what the field has. */
  type: Type;
  /** What messages say it takes. */
  takes: string;
}

const TEXT_FIELD: TargetField = { type: [TEXT, NUMBER, NULL].reduce(join), takes: "text" };
const FLAG_FIELD: TargetField = { type: join(FLAG, NULL), takes: "true or false" };
const ORGANIZATION = candidates(["name", "id"], "byName or byId");
const MANAGER = candidates(["scim_user", "id"], "byScimUser or byId");

/** The fields that user rules may set: those of a person, by their contract names. */
export const userFields: ReadonlyMap<string, TargetField> = new Map([
  ["name", TEXT_FIELD],
  ["primary_email", TEXT_FIELD],
  ["organization", ORGANIZATION],
  ["manager", MANAGER],
  ["job_title", TEXT_FIELD],
  ["location", TEXT_FIELD],
  ["employee_id", TEXT_FIELD],
  ["support_id", TEXT_FIELD],
  ["cost_center", TEXT_FIELD],
  ["vip", FLAG_FIELD],
  ["disabled", FLAG_FIELD],
  ["locale", TEXT_FIELD],
  ["preferred_language", TEXT_FIELD],
  ["time_zone", TEXT_FIELD],
  ["contacts", objects("a contact", ["protocol", "label", "uri"], ["protocol", "uri"])],
  ["addresses", objects("an address", ["label", "address", "city", "state", "zip", "country"], ["label"])],
  ["source", TEXT_FIELD],
  ["source_id", TEXT_FIELD],
]);

/** The fields that group rules may set: the group's organization, and that organization's name. */
export const groupFields: ReadonlyMap<string, TargetField> = new Map([
  ["organization", ORGANIZATION],
  ["name", TEXT_FIELD],
]);

function candidates(by: readonly string[], functions: string): TargetField {
  const candidate: Type = { kind: "candidate", by };
  return { type: join(listOf(join(candidate, NULL)), NULL), takes: `a list of candidates made by ${functions}` };
}

function objects(name: string, keys: readonly string[], required: readonly string[]): TargetField {
  const value = [TEXT, NUMBER, NULL].reduce(join);
  const object: ObjectType = {
    kind: "object",
    name,
    fields: new Map(keys.map((key) => [key, value])),
    open: undefined,
    partial: false,
    required,
  };
  return { type: join(listOf(object), NULL), takes: `a list of objects with ${keys.join(", ")}` };
}
