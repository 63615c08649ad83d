import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { fieldInvalid } from "@rollcall/runtime/status";

/** Every outcome that an execution can have. */
export const OUTCOMES = Object.values(ExecutionOutcome).filter(
  (outcome): outcome is ExecutionOutcome =>
    typeof outcome === "number" && outcome > ExecutionOutcome.EXECUTION_OUTCOME_UNSPECIFIED,
);

/** Throws FIELD_INVALID for outcomes that there are not, by their fields. */
export function checkOutcomes(outcomes: Record<string, ExecutionOutcome>): void {
  const unknown = Object.entries(outcomes).filter(([, outcome]) => !OUTCOMES.includes(outcome));
  const description = "must be one of the contract's values.";
  if (unknown.length > 0) throw fieldInvalid(unknown.map(([field]) => ({ field, description })));
}
