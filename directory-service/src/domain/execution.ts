import type { FieldChange, RuleCondition } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { firstCharacters } from "./characters.ts";

/** What is kept of one run of the rules on one SCIM record. The contract's Execution, as the table has it. */
export interface ExecutionRecord {
  /** UUIDv7, so that the order of ids is the order of runs. */
  id: string;
  kind: ScimRecordKind;
  recordId: string;
  causes: string[];
  /** 0: no rule set was published. */
  ruleSetRevision: number;
  outcome: ExecutionOutcome;
  failedRule: string | null;
  failedExpression: string | null;
  error: string | null;
  warnings: string[];
  /** See domain/execution-values. Stored, they are empty where another execution has them. */
  values: Record<string, unknown>;
  /** The record's earlier execution that has the values, where they are the same. */
  valuesExecutionId: string | null;
  conditions: RuleCondition[];
  changes: FieldChange[];
  personId: string | null;
  organizationId: string | null;
  traceId: string | null;
  /** The hold that kept the run back. */
  holdId: string | null;
  startTime: Date;
  durationMicros: number;
}

// How many characters the record of one value may take: enough to see what it was.
const VALUE_LIMIT = 4_096;

/** A value for the record of an execution; one that is long is kept as the beginning of its JSON. */
export function boundedValue(value: unknown): unknown {
  const json = JSON.stringify(value ?? null);
  const beginning = firstCharacters(json, VALUE_LIMIT);
  return beginning.length === json.length ? value : `${beginning}…`;
}
