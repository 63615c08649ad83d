import type { Attribute } from "../mapping/attribute.ts";
import type { Section } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";

/** The definition of a schema as /Schemas shows it (RFC 7643 section 7). No nulls; every characteristic is there. */
export function schemaResource(section: Section, baseUrl: string): Resource {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    id: section.urn,
    name: section.name,
    description: section.description,
    attributes: section.attributes.map(attributeResource),
    meta: { resourceType: "Schema", location: `${baseUrl}/Schemas/${section.urn}` },
  };
}

function attributeResource(row: Attribute): Resource {
  return {
    name: row.name,
    type: row.type,
    multiValued: row.multiValued,
    description: row.description,
    required: row.required,
    caseExact: row.caseExact,
    mutability: row.mutability,
    returned: row.returned,
    uniqueness: row.uniqueness,
    ...(row.canonicalValues.length > 0 && { canonicalValues: row.canonicalValues }),
    ...(row.referenceTypes.length > 0 && { referenceTypes: row.referenceTypes }),
    ...(row.subAttributes.length > 0 && { subAttributes: row.subAttributes.map(attributeResource) }),
  };
}
