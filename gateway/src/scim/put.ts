import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { ResourceSchema } from "../mapping/schema.ts";
import { clearExtension, mergeChanges, replaceChange } from "./change.ts";
import { isEmpty } from "./json.ts";
import { type Assignment, attributeName, readResource, requireComplete, requiredMissing } from "./validate.ts";

/** What becomes of attributes that a PUT leaves out: they stay, or they go. */
export type PutPolicy = "merge" | "replace";

/**
 * The changes that a PUT asks for: one REPLACE for each attribute that it
 * sends; null, "" and [] clear. The store does with the rest as the policy says,
 * so a required attribute may be missing where it merges, but not be empty.
 *
 * Throws ScimError 400 as validateResource does.
 */
export function putChanges(body: unknown, schema: ResourceSchema, policy: PutPolicy): Change[] {
  const resource = readResource(body, schema);
  // What takes a value once keeps it, where it is left out (RFC 7644 section 3.5.1).
  if (policy === "replace") requireComplete(resource, schema, (row) => row.mutability === "immutable");
  const { assignments, cleared } = resource;
  return [...cleared.flatMap(clearExtension), ...Array.from(assignments.values()).flatMap(replaceAttribute)];
}

/** REPLACE of one attribute. Throws ScimError 400 invalidValue where it would clear a required one. */
export function replaceAttribute({ section, attribute, value }: Assignment): Change[] {
  if (attribute.required && isEmpty(value)) throw requiredMissing(attributeName(section, attribute));
  return mergeChanges(replaceChange, attribute, value);
}
