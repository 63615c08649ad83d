import type { Attribute } from "../mapping/attribute.ts";
import { contractPath } from "../mapping/attribute.ts";
import { groupSchema } from "../mapping/group.ts";
import type { ResourceSchema, Section } from "../mapping/schema.ts";
import { userSchema } from "../mapping/user.ts";

/**
 * The SCIM name of a request field that directory-service complains about:
 * "scim_user.name.family_name" is "name.familyName", "emails[1].value" is
 * "emails.value". An unknown field keeps its name.
 */
export function scimAttributeName(field: string): string {
  const path = field.replace(/^scim_(?:user|group)\./, "").replace(/\[[^\]]*\]/g, "");
  return names.get(path) ?? path;
}

const names = new Map([...namesOf(groupSchema), ...namesOf(userSchema)]);

function namesOf(schema: ResourceSchema): [string, string][] {
  return [
    ...schema.everyResource.flatMap((row) => rowNames(row, "")),
    ...schema.core.attributes.flatMap((row) => rowNames(row, "")),
    ...schema.extensions.flatMap((section) => section.attributes.flatMap((row) => rowNames(row, prefixOf(section)))),
  ];
}

function prefixOf(section: Section): string {
  return `${section.urn}:`;
}

function rowNames(row: Attribute, prefix: string): [string, string][] {
  const name = `${prefix}${row.name}`;
  return [
    [row.path, name],
    ...row.subAttributes.map((sub): [string, string] => [contractPath(row, sub), `${name}.${sub.name}`]),
  ];
}
