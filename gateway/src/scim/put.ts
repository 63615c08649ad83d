import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { ResourceSchema } from "../mapping/schema.ts";
import { mergeChanges, replaceChange } from "./change.ts";
import { isEmpty } from "./json.ts";
import { type Assignment, readResource, requiredMissing } from "./validate.ts";

/**
 * The changes that a PUT asks for: one REPLACE for each attribute that it
 * sends; null, "" and [] clear. What it leaves out is the connection's policy
 * and not decided here, so a required attribute may be missing but not empty.
 *
 * Throws ScimError 400 as validateResource does.
 */
export function putChanges(body: unknown, schema: ResourceSchema): Change[] {
  return [...readResource(body, schema).assignments.values()].flatMap(replaceAttribute);
}

/** REPLACE of one attribute. Throws ScimError 400 invalidValue where it would clear a required one. */
export function replaceAttribute({ attribute, value }: Assignment): Change[] {
  if (attribute.required && isEmpty(value)) throw requiredMissing(attribute);
  return mergeChanges(replaceChange, attribute, value);
}
