import { ScimError } from "./error.ts";
import { parseInstant } from "./instant.ts";

/**
 * A decimal or an integer (RFC 7643 sections 2.3.3 and 2.3.4). Beyond 2^53 - 1
 * a JSON number is not what the client wrote. `where` is the attribute for
 * errors, here and below. Throws ScimError 400 invalidValue.
 */
export function readNumber(raw: unknown, type: "decimal" | "integer", where: string): number {
  if (typeof raw !== "number" || !Number.isFinite(raw)) {
    throw invalid(`${where} must be ${type === "integer" ? "an integer" : "a number"}.`);
  }
  if (type === "integer" && !Number.isSafeInteger(raw)) {
    throw invalid(`${where} must be an integer between -9007199254740991 and 9007199254740991.`);
  }
  // -0 is stored as 0.
  return raw === 0 ? 0 : raw;
}

/** A date and time as UTC text of one length (RFC 7643 section 2.3.5), so that equal instants are equal texts. */
export function readDateTime(raw: string, where: string): string {
  const text = parseInstant(raw)?.toISOString();
  // Longer ones are of years that have no four digits in UTC.
  if (text?.length === isoLength) return text;
  throw invalid(`${where} must be a date and time such as "2026-01-31T08:00:00Z".`);
}

const isoLength = "2026-01-31T08:00:00.000Z".length;

/** Binary data in base64, of either alphabet (RFC 7643 section 2.3.6). */
export function readBinary(raw: string, where: string): string {
  if (base64.test(raw) && raw.replace(/=+$/, "").length % 4 !== 1) return raw;
  throw invalid(`${where} must be base64.`);
}

const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function invalid(detail: string): ScimError {
  return new ScimError(400, "invalidValue", detail);
}
