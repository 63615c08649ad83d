import type { Section } from "./schema.ts";

/** Custom fields: any names, with values of any JSON type. It need not be declared in `schemas`. */
export const customFields: Section = {
  urn: "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields",
  aliases: [],
  name: "CustomFields",
  description: "Custom fields, by their identifiers",
  extension: true,
  open: true,
  attributes: [],
};
