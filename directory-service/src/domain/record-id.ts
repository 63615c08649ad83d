import { fieldInvalid } from "@rollcall/runtime/status";
import { v7, validate } from "uuid";

/**
 * Whether a text can be the id of anything here: a UUID as it is given out, in
 * lower case. Ids compare exactly (RFC 7643 section 3.1), while PostgreSQL
 * takes a UUID in any case: what asks it with an id asks here first.
 */
export function isRecordId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}

/**
 * The id of a new record: the one that the caller proposes, else one whose
 * order is that of time (UUID version 7).
 *
 * @throws StatusError FIELD_INVALID
 */
export function newRecordId(proposed: string): string {
  if (proposed === "") return v7();
  if (isRecordId(proposed)) return proposed;
  throw fieldInvalid([{ field: "id", description: "must be a UUID in lower case." }]);
}
