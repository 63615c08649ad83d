import { PERSON_TEXT_LIMITS as LIMITS } from "../../domain/person-limits.ts";
import { isTimeZone } from "../../domain/time-zone.ts";
import type { Json } from "../rules/variables.ts";
import { toAddresses } from "./addresses.ts";
import { toContacts } from "./contacts.ts";
import { type FieldContext, FieldError, limitedText } from "./field-value.ts";
import { languageTag } from "./locale.ts";
import type { PersonState } from "./person.ts";

/** Turns an expression's value into the field's. Undefined: keep what the person has. Throws FieldError. */
type Coerce = (field: string, value: Json, context: FieldContext) => Json | undefined;

/** Every field but the references: where a rule's value goes, and how. */
export const personFields: Record<string, { key: keyof PersonState; coerce: Coerce }> = {
  name: { key: "name", coerce: text(LIMITS.name) },
  primary_email: { key: "primaryEmail", coerce: text(LIMITS.primary_email) },
  job_title: { key: "jobTitle", coerce: text(LIMITS.job_title) },
  location: { key: "location", coerce: text(LIMITS.location) },
  employee_id: { key: "employeeId", coerce: text(LIMITS.employee_id) },
  support_id: { key: "supportId", coerce: text(LIMITS.support_id) },
  cost_center: { key: "costCenter", coerce: text(LIMITS.cost_center) },
  preferred_language: { key: "preferredLanguage", coerce: text(LIMITS.preferred_language) },
  vip: { key: "vip", coerce: flag },
  disabled: { key: "disabled", coerce: flag },
  locale: { key: "locale", coerce: locale },
  time_zone: { key: "timeZone", coerce: timeZone },
  contacts: { key: "contacts", coerce: toContacts },
  addresses: { key: "addresses", coerce: toAddresses },
  source: { key: "source", coerce: text(LIMITS.source) },
  source_id: { key: "sourceId", coerce: text(LIMITS.source_id) },
};

function text(limit: number): Coerce {
  return (field, value) => limitedText(field, value, limit);
}

function flag(field: string, value: Json): boolean | undefined {
  if (value === null || value === "") return undefined;
  if (typeof value !== "boolean") throw new FieldError(`${field} needs true or false.`);
  return value;
}

function locale(field: string, value: Json, { account, warnings }: FieldContext): string | undefined {
  const given = limitedText(field, value, 128);
  if (given === undefined) return undefined;
  const tag = languageTag(given);
  if (tag === undefined) warnings.push(`locale "${given}" is not a language tag; the account's is used.`);
  return tag ?? account.locale;
}

function timeZone(field: string, value: Json, { account, warnings }: FieldContext): string | undefined {
  const given = limitedText(field, value, 128);
  if (given === undefined) return undefined;
  if (isTimeZone(given)) return given;
  warnings.push(`time_zone "${given}" is not an IANA time zone; the account's is used.`);
  return account.timeZone;
}
