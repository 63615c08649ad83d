import type { Attribute } from "../../gateway/src/mapping/attribute.ts";
import type { ResourceSchema } from "../../gateway/src/mapping/schema.ts";
import { parseInstant } from "../../gateway/src/scim/instant.ts";
import type { Json } from "../engine.ts";
import { schemas } from "./schemas.ts";

/** What a resource of an answer has that its published schema does not allow. What is left out is no fault. */
export function resourceFaults(resource: Json): string[] {
  const urns = resource["schemas"];
  if (!Array.isArray(urns)) return ["a resource without schemas"];
  const schema = Object.values(schemas).find(({ urn }) => urns.includes(urn));
  // The resources of discovery, which the conformance tests check.
  if (schema === undefined) return [];
  if (new Set(urns).size < urns.length) return ["schemas has a URN twice"];
  return Object.entries(resource).flatMap(([key, value]) => attributeFaults(schema, urns, key, value));
}

function attributeFaults(schema: ResourceSchema, urns: unknown[], key: string, value: unknown): string[] {
  const section = schema.extensions.find(({ urn }) => urn === key);
  if (section === undefined) {
    const row = schema.byName.get(key.toLowerCase());
    return row?.name === key ? rowFaults(row, key, value) : [`${key} is in no schema`];
  }
  if (!urns.includes(key)) return [`schemas lacks ${key}`];
  if (section.open) return emptyFaults(key, value);
  const rows = schema.inExtension.get(section);
  return Object.entries(value as Json).flatMap(([name, each]) => {
    const row = rows?.get(name.toLowerCase());
    return row?.name === name ? rowFaults(row, `${key}:${name}`, each) : [`${key}:${name} is in no schema`];
  });
}

function rowFaults(row: Attribute, where: string, value: unknown): string[] {
  if (row.returned === "never") return [`${where} is returned`];
  const empty = emptyFaults(where, value);
  if (empty.length > 0) return empty;
  if (!row.multiValued) return valueFaults(row, where, value);
  if (!Array.isArray(value)) return [`${where} is no list`];
  const primaries = value.filter((element) => element?.primary === true).length;
  return [
    ...(primaries > 1 ? [`${where} has ${primaries} primaries`] : []),
    ...value.flatMap((element, index) => valueFaults(row, `${where}[${index}]`, element)),
  ];
}

function valueFaults(row: Attribute, where: string, value: unknown): string[] {
  if (row.type === "complex") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${where} is no object`];
    return Object.entries(value).flatMap(([name, each]) => {
      const sub = row.sub.get(name.toLowerCase());
      return sub?.name === name ? rowFaults(sub, `${where}.${name}`, each) : [`${where}.${name} is in no schema`];
    });
  }
  if (row.type === "boolean") return typeof value === "boolean" ? [] : [`${where} is no boolean`];
  if (row.type === "any") return [];
  if (row.type === "integer") return Number.isInteger(value) ? [] : [`${where} is no integer`];
  if (row.type === "decimal") return typeof value === "number" ? [] : [`${where} is no number`];
  if (typeof value !== "string") return [`${where} is no text`];
  if (row.type === "dateTime" && parseInstant(value) === undefined) return [`${where} is no date and time`];
  return [...value].length > row.maxLength ? [`${where} is too long`] : [];
}

/** RFC 7643 section 2.5: what has no value is not there. */
function emptyFaults(where: string, value: unknown): string[] {
  const isEmpty =
    value === null || value === "" || (typeof value === "object" && Object.keys(value as object).length === 0);
  return isEmpty ? [`${where} is there and empty`] : [];
}
