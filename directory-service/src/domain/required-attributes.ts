import { status } from "@grpc/grpc-js";
import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { StatusError } from "@rollcall/runtime/status";
import { type Attributes, extensionAttribute, valueAt } from "./attributes.ts";
import { isEmpty } from "./empty-values.ts";

/**
 * Throws REQUIRED_ATTRIBUTE_MISSING where a record has some attributes of an
 * extension, or parts of one of them, and lacks a required one. Only extensions that the changes concern
 * are looked at: an attribute that became required later must not stand in the
 * way of changes to everything else.
 */
export function checkRequired(attributes: Attributes, changes: readonly Change[], required: readonly string[]): void {
  for (const path of required) {
    const place = extensionAttribute(path)?.path;
    if (place === undefined) continue;
    const [, urn = ""] = place;
    const concerned = changes.some(({ attribute }) => attribute === urn || attribute.startsWith(`${urn}:`));
    if (!concerned || isEmpty(valueAt(attributes, place.slice(0, -1))) || !isEmpty(valueAt(attributes, place)))
      continue;
    throw new StatusError(status.INVALID_ARGUMENT, "REQUIRED_ATTRIBUTE_MISSING", `${path} must have a value.`, {
      metadata: { attribute: path },
    });
  }
}
