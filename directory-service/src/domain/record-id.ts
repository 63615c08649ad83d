import { validate } from "uuid";

/**
 * Whether a text can be the id of anything here: a UUID as it is given out, in
 * lower case. Ids compare exactly (RFC 7643 section 3.1), while PostgreSQL
 * takes a UUID in any case: what asks it with an id asks here first.
 */
export function isRecordId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}
