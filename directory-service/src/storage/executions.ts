import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ExecutionRecord } from "../domain/execution.ts";
import { OUTCOMES } from "../domain/execution-outcome.ts";
import { leastIdAt } from "../domain/least-id.ts";
import { inTransaction, type Run, type Statement } from "./statement.ts";

/** Which executions to list. What is undefined does not matter. */
export interface ExecutionFilter {
  kind: ScimRecordKind | undefined;
  recordId: string | undefined;
  personId: string | undefined;
  outcome: ExecutionOutcome | undefined;
  traceId: string | undefined;
  /** Begun at this time or later. */
  startTime: Date | undefined;
  /** Begun before this time. */
  endTime: Date | undefined;
  /** Those older than this execution. */
  before: string | undefined;
}

/** Stores executions with one statement. */
export async function insertExecutions(
  tx: SqlEntityManager,
  accountId: string,
  executions: ExecutionRecord[],
): Promise<void> {
  if (executions.length > 0) await inTransaction(tx)(INSERT, [accountId, JSON.stringify(executions)]);
}

/** The newest executions first. */
export async function listExecutions(
  run: Run,
  accountId: string,
  filter: ExecutionFilter,
  limit: number,
): Promise<ExecutionRecord[]> {
  const { statement, values } = listStatement(accountId, filter, limit);
  return (await run<ExecutionRow>(statement, values)).map(toRecord);
}

/**
 * What `listExecutions` asks the database. The order and the times go by ids,
 * which are made while a batch runs: within an hour of its begin. A record's,
 * a person's, an outcome's, a trace's and groups' executions have indexes.
 */
export function listStatement(accountId: string, filter: ExecutionFilter, limit: number) {
  const { kind, startTime, endTime } = filter;
  const conditions = [
    { name: "kind", sql: "kind =", value: kind === SCIM_GROUP ? undefined : kind },
    { name: "record", sql: "record_id =", value: filter.recordId },
    { name: "person", sql: "person_id =", value: filter.personId },
    { name: "outcome", sql: "outcome =", value: filter.outcome },
    { name: "trace", sql: "trace_id =", value: filter.traceId },
    { name: "from", sql: "start_time >=", value: startTime },
    { name: "", sql: "id >=", value: startTime && leastIdAt(new Date(startTime.getTime() - ID_SLACK_MS)) },
    { name: "to", sql: "start_time <", value: endTime },
    { name: "", sql: "id <", value: endTime && leastIdAt(new Date(endTime.getTime() + ID_SLACK_MS)) },
    { name: "on", sql: "id <", value: filter.before },
  ].filter(({ value }) => value !== undefined);
  // As it is, for the index of that kind.
  const ofGroups = kind === SCIM_GROUP ? ` and kind = ${SCIM_GROUP}` : "";
  const where = conditions.map(({ sql }, index) => ` and ${sql} $${index + 3}`).join("");
  const statement: Statement = {
    name: ["list_executions", ofGroups && "groups", ...conditions.map(({ name }) => name)].filter(Boolean).join(" "),
    text: `select ${COLUMNS} from execution where account_id = $1${ofGroups}${where} order by id desc limit $2`,
  };
  return { statement, values: [accountId, limit, ...conditions.map(({ value }) => value)] };
}

const SCIM_GROUP = ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP;
const ID_SLACK_MS = 3_600_000;

/** How many of the account's executions have each outcome, counted to OUTCOME_COUNT_LIMIT each. */
export function countOutcomes(
  run: Run,
  accountId: string,
): Promise<{ outcome: ExecutionOutcome; executions: number }[]> {
  return run(COUNT, [accountId]);
}

/** As far as the executions of one outcome are counted: whoever looks wants to know of few or many. */
export const OUTCOME_COUNT_LIMIT = 10_000;

/** Undefined: the account has none of that id, a UUID. */
export async function readExecution(run: Run, accountId: string, id: string): Promise<ExecutionRecord | undefined> {
  const [row] = await run<ExecutionRow>(READ, [accountId, id]);
  return row && toRecord(row);
}

/** The executions that are kept among `ids`, in no particular order. */
export async function readExecutions(run: Run, accountId: string, ids: readonly string[]): Promise<ExecutionRecord[]> {
  return ids.length === 0 ? [] : (await run<ExecutionRow>(READ_SOME, [accountId, ids])).map(toRecord);
}

type ExecutionRow = Omit<ExecutionRecord, "startTime"> & { startTime: number };

function toRecord(row: ExecutionRow): ExecutionRecord {
  return { ...row, startTime: new Date(row.startTime) };
}

// Numbers as numbers: what bigint and timestamps become depends on the connection.
const COLUMNS = `id, kind, record_id as "recordId", causes, rule_set_revision as "ruleSetRevision", outcome,
  failed_rule as "failedRule", failed_expression as "failedExpression", error, warnings, conditions, changes,
  coalesce((select v."values" from execution v
    where v.account_id = execution.account_id and v.id = execution.values_execution_id), "values") as "values",
  values_execution_id as "valuesExecutionId", person_id as "personId", organization_id as "organizationId", trace_id as "traceId", hold_id as "holdId",
  (extract(epoch from start_time) * 1000)::float8 as "startTime", duration_us::float8 as "durationMicros"`;

const READ: Statement = {
  name: "read_execution",
  text: `select ${COLUMNS} from execution where account_id = $1 and id = $2`,
};

const READ_SOME: Statement = {
  name: "read_executions",
  text: `select ${COLUMNS} from execution where account_id = $1 and id = any($2::uuid[])`,
};

// By execution_outcome, and no more of it than is counted.
const COUNT: Statement = {
  name: "count_execution_outcomes",
  text: `select wanted.outcome, executions from unnest('{${OUTCOMES.join()}}'::smallint[]) wanted (outcome) cross join lateral (
      select count(*)::float8 as executions from (
        select from execution e where e.account_id = $1 and e.outcome = wanted.outcome limit ${OUTCOME_COUNT_LIMIT}) found
    ) counted where executions > 0 order by wanted.outcome`,
};

const INSERT: Statement = {
  name: "insert_executions",
  text: `insert into execution (account_id, id, kind, record_id, causes, rule_set_revision, outcome, failed_rule,
       failed_expression, error, warnings, "values", values_execution_id, conditions, changes, person_id, organization_id,
       trace_id, hold_id, start_time, duration_us)
     select $1, id, kind, "recordId", causes, "ruleSetRevision", outcome, "failedRule",
       "failedExpression", error, warnings, "values", "valuesExecutionId", conditions, changes, "personId",
       "organizationId", "traceId", "holdId", "startTime", "durationMicros"
     from jsonb_to_recordset($2::jsonb) as r (id uuid, kind smallint, "recordId" uuid, causes text[],
       "ruleSetRevision" integer, outcome smallint, "failedRule" text, "failedExpression" text, error text,
       warnings text[], "values" jsonb, "valuesExecutionId" uuid, conditions jsonb, changes jsonb, "personId" uuid, "organizationId" uuid,
       "traceId" text, "holdId" uuid, "startTime" timestamptz, "durationMicros" bigint)`,
};
