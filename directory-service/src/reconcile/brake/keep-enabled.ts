import type { PersonState } from "../people/person.ts";
import type { UserRun } from "../people/user-run.ts";

/**
 * Leaves the person enabled where the hold on this SCIM user was discarded and
 * its client has not changed it since. Everything else is applied.
 */
export function keepEnabled(run: UserRun, before: PersonState | undefined, after: PersonState): void {
  if (!run.user.keptEnabled || before?.disabled !== false || !after.disabled) return;
  after.disabled = false;
  run.keptEnabled = true;
  run.sources.delete("disabled");
  run.warnings.push(
    "The rules would disable the person. A hold that kept that back was discarded, so the person stays enabled until the SCIM user changes.",
  );
}
