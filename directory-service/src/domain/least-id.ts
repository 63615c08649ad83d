/** The last millisecond of 9999, as of google.protobuf.Timestamp. */
export const LAST_TIME = 253_402_300_799_999;

/** The least UUID of version 7 that can have been made at a time: those made before are less. */
export function leastIdAt(time: Date): string {
  const hex = Math.min(Math.max(time.getTime(), 0), LAST_TIME).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
