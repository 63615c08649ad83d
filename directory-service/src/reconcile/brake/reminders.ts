const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long after a hold began owners are reminded of it. The last reminder comes before it expires. */
const AFTER_MS = [HOUR_MS, DAY_MS, 3 * DAY_MS, 6 * DAY_MS];
const BEFORE_EXPIRY_MS = HOUR_MS;

/** How many reminders of a hold should have been given by now. */
export function remindersDue({ createTime, expireTime }: { createTime: Date; expireTime: Date }, now: Date): number {
  const times = [...AFTER_MS.map((after) => createTime.getTime() + after), expireTime.getTime() - BEFORE_EXPIRY_MS];
  return times.filter((time) => time <= now.getTime()).length;
}
