import type { Attribute } from "./attribute.ts";
import { type ResourceSchema, resourceSchema, type Section } from "./schema.ts";

/** What answers have in the profile `minimal`: a directory that tells a client no more than whom it has. */
const shown: ReadonlySet<string> = new Set(["schemas", "id", "externalId", "active", "meta"]);

/**
 * The schema of an account with the profile `minimal`. Everything may still be
 * written and filtered by, but the rest is never returned, which is one of the
 * characteristics that RFC 7643 section 2.2 has: so /Schemas says it as well.
 */
export function minimalSchema(schema: ResourceSchema): ResourceSchema {
  return resourceSchema({ ...schema, core: reduced(schema.core), extensions: schema.extensions.map(reduced) });
}

function reduced(section: Section): Section {
  return { ...section, returned: "never", attributes: section.attributes.map(hidden) };
}

function hidden(row: Attribute): Attribute {
  return shown.has(row.name) ? row : { ...row, returned: "never" };
}
