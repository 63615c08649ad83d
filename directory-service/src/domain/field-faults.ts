import { isLongerThan } from "./characters.ts";
import { isTimeZone } from "./time-zone.ts";

/** A sentence that says what is wrong with a field's value; undefined: nothing. */
export type Fault = string | undefined;

/** Text of bounded length, in characters. */
export function textFault(value: string, limit: number, { required = false } = {}): Fault {
  if (required && value.trim() === "") return "must have a value.";
  if (isLongerThan(limit, value)) return `must have at most ${limit} characters.`;
  if (value.includes("\u0000")) return "must not contain U+0000.";
  return undefined;
}

/** An e-mail address, as far as it can be told without sending to it. */
export function emailFault(value: string, limit: number): Fault {
  return (
    textFault(value, limit, { required: true }) ??
    (/^[^\s@]+@[^\s@]+$/.test(value) ? undefined : "must be an e-mail address.")
  );
}

/** A BCP 47 language tag, or nothing. */
export function localeFault(value: string): Fault {
  if (value === "") return undefined;
  try {
    if (value.length <= 35 && Intl.getCanonicalLocales(value).length === 1) return undefined;
  } catch {
    // A RangeError: no tag.
  }
  return 'must be a BCP 47 tag such as "de-DE".';
}

/** An IANA time zone name, or nothing. */
export function timeZoneFault(value: string): Fault {
  if (value === "" || isTimeZone(value)) return undefined;
  return 'must be an IANA name such as "Europe/Berlin".';
}
