import type { Brake } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { FieldViolation } from "@rollcall/runtime/status";

/** Settings of the brake that differ from the default, as a connection stores them. */
export type StoredBrake = Partial<Brake>;

/** A field of rollcall.directory.v1.Brake, by its name in an update mask. */
export type BrakeName = keyof typeof THRESHOLDS | "disabled";

/** What each threshold may be, and is where nobody has said. From 1. */
const THRESHOLDS = {
  max_people: { key: "maxPeople", max: 1_000_000, unset: 25 },
  max_percent: { key: "maxPercent", max: 100, unset: 20 },
} as const;

const THRESHOLD_NAMES = Object.keys(THRESHOLDS) as (keyof typeof THRESHOLDS)[];

/** Every setting by its name. */
export const BRAKE_NAMES: BrakeName[] = [...THRESHOLD_NAMES, "disabled"];

/** The settings that are in force. */
export function effectiveBrake({ maxPeople, maxPercent, disabled }: StoredBrake): Brake {
  return {
    maxPeople: maxPeople ?? THRESHOLDS.max_people.unset,
    maxPercent: maxPercent ?? THRESHOLDS.max_percent.unset,
    disabled: disabled ?? false,
  };
}

/** What is stored after `names` have been set to what `given` has; 0 is the default. */
export function storedBrake(stored: StoredBrake, given: Brake | undefined, names: readonly BrakeName[]): StoredBrake {
  const next = { ...stored };
  for (const name of names) {
    if (name === "disabled") {
      if (given?.disabled) next.disabled = true;
      else delete next.disabled;
      continue;
    }
    const { key, unset } = THRESHOLDS[name];
    const value = given?.[key] ?? 0;
    if (value === 0 || value === unset) delete next[key];
    else next[key] = value;
  }
  return next;
}

/** Those of the named settings that are out of bounds. */
export function brakeViolations(given: Brake | undefined, names: readonly BrakeName[]): FieldViolation[] {
  return THRESHOLD_NAMES.filter((name) => names.includes(name)).flatMap((name) => {
    const { key, max } = THRESHOLDS[name];
    const value = given?.[key] ?? 0;
    if (value >= 0 && value <= max) return [];
    return [{ field: `connection.brake.${name}`, description: `must be from 1 to ${max}, or 0 for the default.` }];
  });
}
