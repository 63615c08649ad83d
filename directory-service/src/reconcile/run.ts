import type { FieldChange } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { traceIdOf } from "@rollcall/runtime/trace";
import { v7 } from "uuid";
import type { ExecutionRecord } from "../domain/execution.ts";
import { type KeptValues, packValues, placeValues } from "../domain/execution-values.ts";
import type { DirtyRecord } from "./dirty.ts";
import { STEP_LIMIT } from "./mark-concerned.ts";
import type { RuleError } from "./rules/compile.ts";
import type { Evaluation, RuleCondition } from "./rules/evaluate.ts";
import type { Json } from "./rules/variables.ts";

/** One run of the rules on one record, while it is under way. */
export interface Run {
  /** Of the record that is kept of it. */
  executionId: string;
  record: DirtyRecord;
  revision: number;
  outcome: ExecutionOutcome;
  error: string | null;
  failedRule: string | null;
  failedExpression: string | null;
  warnings: string[];
  values: Map<string, Json>;
  /** Where the record's latest values are kept: before the run, and once its execution is stored, after it. */
  keptValues: KeptValues | null;
  conditions: RuleCondition[];
  changes: FieldChange[];
  /** What the record is linked to after the run. */
  personId: string | null;
  organizationId: string | null;
  /** The hold that keeps the run back, where the outcome is HELD. */
  holdId: string | null;
  micros: number;
}

const ENDLESS = `Before this run ${STEP_LIMIT} others made one another due in a row, so it makes nothing due. Rules may contradict one another.`;

/** A run that has done nothing yet: its outcome is NO_CHANGE. */
export function startRun(record: DirtyRecord, revision: number): Run {
  return {
    // In the order of runs, as ids of version 7 are.
    executionId: v7(),
    record,
    revision,
    outcome: ExecutionOutcome.EXECUTION_OUTCOME_NO_CHANGE,
    error: null,
    failedRule: null,
    failedExpression: null,
    warnings: record.steps < STEP_LIMIT ? [] : [ENDLESS],
    values: new Map(),
    keptValues: null,
    conditions: [],
    changes: [],
    personId: null,
    organizationId: null,
    holdId: null,
    micros: 0,
  };
}

/** Ends a run without effect: the sentence says why. */
export function fail(run: Run, error: string, place?: { rule: string; expression: string }): void {
  run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_FAILED;
  run.error = error;
  run.failedRule = place?.rule ?? null;
  run.failedExpression = place?.expression ?? null;
  run.changes = [];
}

/** Ends a run whose rules say nothing or cannot run. Answers whether it did. */
export function endedByRules(run: Run, evaluation: Evaluation): boolean {
  run.values = evaluation.values;
  run.conditions = evaluation.conditions;
  if (evaluation.error) {
    fail(run, evaluation.error.message, evaluation.error);
    return true;
  }
  if (!evaluation.condition) unmet(run, evaluation.unmet);
  return !evaluation.condition;
}

/** Ends a run because no rule applies to the record: the sentence says why. */
export function unmet(run: Run, why: string): void {
  run.outcome = ExecutionOutcome.EXECUTION_OUTCOME_CONDITION_NOT_MET;
  run.error = why;
}

/** Ends a run of an account whose rules are missing or cannot be compiled. */
export function endWithoutRules(run: Run, error: RuleError | undefined): void {
  if (error) fail(run, error.message, error);
  else unmet(run, "No rules are published for this kind of record.");
}

/** The record to keep of a run. Its values are left to the execution that has the same, and the run notes which. */
export function executionOf(run: Run, now: Date): ExecutionRecord {
  const values = packValues(run.values);
  const { latest, isShared } = placeValues(values, run.executionId, run.keptValues);
  run.keptValues = latest;
  return {
    id: run.executionId,
    kind: run.record.kind,
    recordId: run.record.recordId,
    causes: run.record.causes,
    ruleSetRevision: run.revision,
    outcome: run.outcome,
    failedRule: run.failedRule,
    failedExpression: run.failedExpression,
    error: run.error,
    warnings: run.warnings,
    values: isShared ? {} : values,
    valuesExecutionId: isShared && latest ? latest.executionId : null,
    conditions: run.conditions,
    changes: run.changes,
    personId: run.personId,
    organizationId: run.organizationId,
    traceId: traceIdOf(run.record.traceparent) ?? null,
    holdId: run.holdId,
    startTime: now,
    durationMicros: Math.round(run.micros),
  };
}
