/**
 * Reads a text as xsd:dateTime (RFC 7643 section 2.3.5), to the millisecond.
 * Without a time zone it is UTC, without a time midnight. Undefined: no date,
 * or one that no calendar has. The database's function scim_instant is its twin.
 */
export function instantOf(text: string): Date | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, date = "", hour = "00", minute = "00", second = "00", fraction = "", zone] = match;
  const time = `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  const instant = new Date(`${date}T${time}${zoneOf(zone)}`);
  return isOfCalendar(date) ? instant : undefined;
}

const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?([Zz]|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/;

function zoneOf(zone = "Z"): string {
  return zone.length < 5 ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
}

function isOfCalendar(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !date.startsWith("0000") && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}
