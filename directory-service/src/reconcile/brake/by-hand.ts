import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { forgetDisablements } from "../../storage/disablements.ts";
import { leaveHoldByHand } from "../../storage/held-records.ts";
import { checkNotLastOwner } from "../../storage/members.ts";
import { inTransaction } from "../../storage/statement.ts";

/**
 * Comes before somebody disables or enables a person by hand, with the person
 * locked: that is no change of the rules', so the brake neither counts it nor
 * takes it back. Answers the SCIM users that a hold keeps back no longer: they are
 * to be mapped again. Throws LAST_OWNER.
 */
export async function beforeDisabledChanges(
  tx: SqlEntityManager,
  accountId: string,
  personId: string,
  { disabled, now }: { disabled: boolean; now: Date },
): Promise<string[]> {
  const run = inTransaction(tx);
  await forgetDisablements(run, accountId, [personId]);
  if (!disabled) return [];
  const left = await leaveHoldByHand(run, accountId, personId, now);
  await checkNotLastOwner(run, accountId, personId);
  return left;
}
