// Making a formatter takes long. There are some 600 names, and each may be written in many cases.
const known = new Set<string>();
const KNOWN_LIMIT = 1_000;

/** Whether it is the IANA name of a time zone, in any case. */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  // Intl also takes offsets such as +01:00, which know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    return false;
  }
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.add(name);
  return true;
}
