import { fieldInvalid } from "@rollcall/runtime/status";
import { LAST_TIME } from "../domain/least-id.ts";

/** Checks start_time and end_time of a request. Throws FIELD_INVALID. */
export function checkTimes(startTime: Date | undefined, endTime: Date | undefined): void {
  const times = { start_time: startTime, end_time: endTime };
  const wrong = Object.entries(times).filter(([, time]) => time && !(Math.abs(time.getTime()) <= LAST_TIME));
  const description = "must be a time from the years 0001 to 9999.";
  if (wrong.length > 0) throw fieldInvalid(wrong.map(([field]) => ({ field, description })));
  if (startTime && endTime && endTime < startTime)
    throw fieldInvalid([{ field: "end_time", description: "must not be before start_time." }]);
}

/** A time for the scope of a page token. */
export function textOf(time: Date | undefined): string {
  return time ? time.toISOString() : "";
}
