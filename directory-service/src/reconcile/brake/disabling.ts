import type { PersonRun } from "../people/references.ts";
import type { UserRun } from "../people/user-run.ts";

/** Makes a run pass the brake: an owner has released what was held. */
export const RELEASED = "hold_released";

/**
 * Whom the runs of a batch would leave disabled who are enabled now: for each
 * person the runs that touch it, in order. Two do where a new SCIM user follows
 * a deleted one. Who is new, or disabled already, is not among them.
 */
export function disablingRuns(runs: readonly UserRun[]): PersonRun[][] {
  const touching = runs.filter((run): run is PersonRun => run.after !== undefined);
  const people = Map.groupBy(touching, ({ after }) => after.id);
  return [...people.values()].filter(
    (own) => own[0]?.before?.disabled === false && own.at(-1)?.after.disabled === true,
  );
}

/** Whether an owner has released one of the runs on a person. */
export function isReleased(runs: readonly PersonRun[]): boolean {
  return runs.some(({ record }) => record.causes.includes(RELEASED));
}
