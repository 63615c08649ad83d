/**
 * Something that the person at the terminal can put right. The message is one
 * sentence for that person and all that is printed: no stack trace.
 */
export class StartError extends Error {
  override name = "StartError";
}
