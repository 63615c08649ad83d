import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { candidateKey } from "../../domain/candidate-keys.ts";
import { changesOf } from "../people/changes.ts";
import type { PersonRun } from "../people/references.ts";
import type { UserRun } from "../people/user-run.ts";
import { fail } from "../run.ts";

/**
 * Holds a run back: it touches nothing, and says what it would have changed
 * apart from organization and manager, which are looked up for those who are
 * not held only.
 */
export function holdRun(run: PersonRun, accountId: string, holdId: string): void {
  const { before, after } = run;
  stop(run, accountId);
  run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_HELD;
  run.error = heldSentence(holdId);
  run.holdId = holdId;
  run.changes = changesOf(before, after);
}

/** Why a run is held, for executions and mapping states. */
function heldSentence(holdId: string): string {
  return `This would disable the person. Hold ${holdId} keeps it from being done until an owner releases or discards it.`;
}

/** Fails a run that would disable the account's last owner. */
export function failLastOwner(run: PersonRun, accountId: string): void {
  const { after, sources } = run;
  stop(run, accountId);
  const place = { rule: sources.get("disabled")?.rule ?? "", expression: "disabled" };
  fail(run, `Person ${after.id} is the account's last owner who is enabled and cannot be disabled.`, place);
}

/** Takes back what a run would do, its link included. It still says of whom it was. */
function stop(run: UserRun, accountId: string): void {
  const { after, user } = run;
  // Without a link the person was found by its e-mail, and another one may be the next time.
  if (after && user.personId !== after.id) run.keys.add(candidateKey(accountId, "email", after.primaryEmail));
  run.personId = after?.id ?? null;
  run.organizationId = run.before?.organizationId ?? null;
  run.stopped = run.before;
  run.before = undefined;
  run.after = undefined;
  run.unlinked = undefined;
}
