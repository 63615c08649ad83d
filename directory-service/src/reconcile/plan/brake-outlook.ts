import type { Brake } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { Session } from "@rollcall/runtime/database";
import { readBrake } from "../../storage/connections.ts";
import { countDisablements, countEnabledPeople } from "../../storage/disablements.ts";
import { activeHoldId } from "../../storage/holds.ts";
import { onPool } from "../../storage/statement.ts";
import { mostAllowed, trips, WINDOW_MS } from "../brake/trips.ts";

/** How the brake stands before anything is mapped. */
export interface BrakeOutlook {
  enabledNow: number;
  /** How many people rules may disable within the window, those whom they have disabled in it included. */
  threshold: number;
  /** Whether it would hold so many, together with those of the window. */
  holds(disabling: number): boolean;
}

/** Reads it from the shadows before mapping changes them. */
export async function readBrakeOutlook(session: Session, accountId: string): Promise<BrakeOutlook> {
  const run = onPool(session);
  const thresholds: Brake = await readBrake(run, accountId);
  const enabledNow = await countEnabledPeople(run, accountId, Number.MAX_SAFE_INTEGER);
  const disabledInWindow = await countDisablements(run, accountId, new Date(Date.now() - WINDOW_MS));
  const holding = (await activeHoldId(run, accountId)) !== undefined;
  const allowed = mostAllowed(enabledNow + disabledInWindow, thresholds);
  return {
    enabledNow,
    // Without a brake everybody may be.
    threshold: Number.isFinite(allowed) ? allowed : enabledNow,
    // A hold in force holds everybody who would be disabled.
    holds: (disabling) => disabling > 0 && (holding || trips({ disabledInWindow, disabling, enabledNow, thresholds })),
  };
}
