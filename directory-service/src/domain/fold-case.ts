/**
 * The form in which text is compared without regard to case: NFC, lower-cased
 * (RFC 7644 section 3.4.2.2, RFC 7643 section 2.2). Keys in the database are
 * made by this function and no other.
 */
export function foldCase(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
