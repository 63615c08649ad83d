import { mayBeNull, type Type } from "./type.ts";

/** What is said of a value that has to be true or false, where a record may make it null. */
export const MAY_BE_NULL = {
  message: "This may be null, which is neither true nor false: the record fails then.",
  suggestion: "… == true",
};

/** Whether a record may make a value null: also where nothing is known of it, as of a custom field. */
export function mayBeNoFlag(type: Type): boolean {
  return type.kind === "unknown" || mayBeNull(type);
}
