/** The canonical form of a BCP 47 tag, also of one written with underscores. Undefined: it is none. */
export function languageTag(value: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(value.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

const known = new Map<string, boolean>();
const KNOWN_LIMIT = 1_000;

/** Whether it is the IANA name of a time zone. */
export function isTimeZone(value: string): boolean {
  const cached = known.get(value);
  if (cached !== undefined) return cached;
  const answer = tryTimeZone(value);
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(value, answer);
  return answer;
}

function tryTimeZone(value: string): boolean {
  // Intl also takes offsets such as +01:00, which know no summer time.
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
