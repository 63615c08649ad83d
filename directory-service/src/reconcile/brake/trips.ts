import type { Brake } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";

/** How long the brake looks back. */
export const WINDOW_MS = 3_600_000;

/** What the brake judges by. */
export interface MassChange {
  /** People whom rules have disabled within the window and who still are. */
  disabledInWindow: number;
  /** People whom rules are about to disable. */
  disabling: number;
  /** People who are enabled before that. */
  enabledNow: number;
  thresholds: Brake;
}

/** Whether both thresholds would be exceeded, by the people who were enabled before the window. */
export function trips({ disabledInWindow, disabling, enabledNow, thresholds }: MassChange): boolean {
  return disabledInWindow + disabling > mostAllowed(enabledNow + disabledInWindow, thresholds);
}

/** How many of so many enabled people rules may disable within the window. */
export function mostAllowed(enabled: number, { maxPeople, maxPercent, disabled }: Brake): number {
  return disabled ? Number.POSITIVE_INFINITY : Math.max(maxPeople, Math.floor((enabled * maxPercent) / 100));
}

/** How many enabled people are enough for the brake not to trip. 0: it does not, however many they are. */
export function enoughEnabled({ disabledInWindow, disabling, thresholds }: Omit<MassChange, "enabledNow">): number {
  const people = disabledInWindow + disabling;
  if (thresholds.disabled || people <= thresholds.maxPeople) return 0;
  return Math.max(0, Math.ceil((people * 100) / thresholds.maxPercent) - disabledInWindow);
}
