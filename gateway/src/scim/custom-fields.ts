import { ScimError } from "./error.ts";
import { isObject, type JsonObject } from "./json.ts";

/**
 * Custom fields as a flat object. Clients send that, or
 * `{custom_fields: [{id, value}]}`. `where` names the extension in errors.
 */
export function flatCustomFields(raw: JsonObject, where: string): JsonObject {
  const list = raw.custom_fields;
  if (!Array.isArray(list) || Object.keys(raw).length !== 1 || !list.every(isObject)) return raw;
  const flat: Record<string, unknown> = Object.create(null);
  for (const [index, field] of list.entries()) {
    if (typeof field.id !== "string") {
      throw new ScimError(400, "invalidValue", `${where}:custom_fields[${index}].id must be a string.`);
    }
    flat[field.id] = field.value ?? null;
  }
  return flat;
}
