import { expect, it } from "vitest";
import { remindersDue } from "./reminders.ts";

const HOUR_MS = 3_600_000;
const createTime = new Date("2030-03-01T12:00:00Z");
const expireTime = new Date(createTime.getTime() + 7 * 24 * HOUR_MS);

it.each([
  [0, 0],
  [0.99, 0],
  [1, 1],
  [23.99, 1],
  [24, 2],
  [48, 2],
  [72, 3],
  [143, 3],
  [144, 4],
  [166.99, 4],
  [167, 5],
  [168, 5],
])("after %d hours %i reminders are due", (hours, reminders) => {
  expect(remindersDue({ createTime, expireTime }, new Date(createTime.getTime() + hours * HOUR_MS))).toBe(reminders);
});
