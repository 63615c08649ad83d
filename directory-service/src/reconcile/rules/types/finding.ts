import type { Place } from "../syntax/places.ts";

/** Something wrong in one expression. The place is in its source, in UTF-16 code units. */
export interface Finding extends Place {
  severity: "error" | "warning";
  /** One sentence. */
  message: string;
  /** What was probably meant. "": unknown. */
  suggestion: string;
}
