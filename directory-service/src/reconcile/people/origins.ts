import { traceIdOf } from "@rollcall/runtime/trace";
import { type RuleOrigin, ruleOrigins } from "../../domain/person-origin.ts";
import type { UserRun } from "./user-run.ts";

/** The origins of the fields that a run has changed. */
export function freshOrigins(run: UserRun, changed: readonly string[], now: Date): RuleOrigin[] {
  const { executionId, revision, record, sources } = run;
  const traceId = traceIdOf(record.traceparent);
  const origin = {
    executionId,
    revision,
    recordId: record.recordId,
    ...(traceId && { traceId }),
    time: now.getTime(),
  };
  return ruleOrigins(origin, sources, changed);
}
