import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ExecutionRecord } from "../domain/execution.ts";
import { inTransaction, type Run, type Statement } from "./statement.ts";

/** Which executions to list. What is undefined does not matter. */
export interface ExecutionFilter {
  kind: ScimRecordKind | undefined;
  recordId: string | undefined;
  personId: string | undefined;
  outcome: ExecutionOutcome | undefined;
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
  const conditions = [
    { sql: "kind =", value: filter.kind },
    { sql: "record_id =", value: filter.recordId },
    { sql: "person_id =", value: filter.personId },
    { sql: "outcome =", value: filter.outcome },
    { sql: "id <", value: filter.before },
  ].filter(({ value }) => value !== undefined);
  const where = conditions.map(({ sql }, index) => ` and ${sql} $${index + 3}`).join("");
  const statement = {
    name: `list_executions ${conditions.map(({ sql }) => sql).join(" ")}`,
    text: `select ${COLUMNS} from execution where account_id = $1${where} order by id desc limit $2`,
  };
  const rows = await run<ExecutionRow>(statement, [accountId, limit, ...conditions.map(({ value }) => value)]);
  return rows.map(toRecord);
}

/** How many of the account's executions have each outcome. */
export function countOutcomes(
  run: Run,
  accountId: string,
): Promise<{ outcome: ExecutionOutcome; executions: number }[]> {
  return run(COUNT, [accountId]);
}

/** Undefined: the account has none of that id, a UUID. */
export async function readExecution(run: Run, accountId: string, id: string): Promise<ExecutionRecord | undefined> {
  const [row] = await run<ExecutionRow>(READ, [accountId, id]);
  return row && toRecord(row);
}

type ExecutionRow = Omit<ExecutionRecord, "startTime"> & { startTime: number };

function toRecord(row: ExecutionRow): ExecutionRecord {
  return { ...row, startTime: new Date(row.startTime) };
}

// Numbers as numbers: what bigint and timestamps become depends on the connection.
const COLUMNS = `id, kind, record_id as "recordId", causes, rule_set_revision as "ruleSetRevision", outcome,
  failed_rule as "failedRule", failed_expression as "failedExpression", error, warnings, "values", changes,
  person_id as "personId", organization_id as "organizationId", trace_id as "traceId",
  (extract(epoch from start_time) * 1000)::float8 as "startTime", duration_us::float8 as "durationMicros"`;

const READ: Statement = {
  name: "read_execution",
  text: `select ${COLUMNS} from execution where account_id = $1 and id = $2`,
};

const COUNT: Statement = {
  name: "count_execution_outcomes",
  text: `select outcome, count(*)::float8 as executions from execution where account_id = $1
    group by outcome order by outcome`,
};

const INSERT: Statement = {
  name: "insert_executions",
  text: `insert into execution (account_id, id, kind, record_id, causes, rule_set_revision, outcome, failed_rule,
       failed_expression, error, warnings, "values", changes, person_id, organization_id, trace_id, start_time, duration_us)
     select $1, id, kind, "recordId", causes, "ruleSetRevision", outcome, "failedRule",
       "failedExpression", error, warnings, "values", changes, "personId", "organizationId", "traceId", "startTime",
       "durationMicros"
     from jsonb_to_recordset($2::jsonb) as r (id uuid, kind smallint, "recordId" uuid, causes text[],
       "ruleSetRevision" integer, outcome smallint, "failedRule" text, "failedExpression" text, error text,
       warnings text[], "values" jsonb, changes jsonb, "personId" uuid, "organizationId" uuid, "traceId" text,
       "startTime" timestamptz, "durationMicros" bigint)`,
};
