import { status } from "@grpc/grpc-js";
import { StatusError } from "@rollcall/runtime/status";
import type { CompiledList } from "./compiled-list.ts";
import type { Run } from "./statement.ts";

/** So many comparisons that no index answers are made with as many records as there are. */
const ALWAYS_MADE = 4;

/** Beyond them: their weight times the records. It takes about a second. docs/scim.md has the same numbers. */
const MAX_COST = 2_000_000;

/**
 * Refuses a filter that would hold the database for seconds. Only of one with
 * many comparisons the account's records are counted, from its maintained
 * counts; of members so many as decide.
 *
 * @throws StatusError FILTER_TOO_COSTLY
 */
export async function refuseCostly<Message>(run: Run, { accountId, parts }: CompiledList<Message>): Promise<void> {
  const costs = parts.flatMap(({ source, cost }) =>
    cost && cost.comparisons > ALWAYS_MADE ? { kind: source.kind, ...cost } : [],
  );
  if (costs.length === 0) return;
  const countsMembers = costs.some(({ readsMembers }) => readsMembers);
  const [counted] = await run<Counted>(COUNT, [accountId, countsMembers, MAX_COST]);
  const total = costs.reduce((sum, { kind, weight, readsMembers }) => {
    const rows = (counted?.records[kind] ?? 0) + (readsMembers ? (counted?.members ?? 0) : 0);
    return sum + weight * rows;
  }, 0);
  if (total > MAX_COST) throw tooCostly(Math.max(...costs.map(({ comparisons }) => comparisons)));
}

interface Counted extends Record<string, unknown> {
  /** By kind. */
  records: Record<number, number>;
  members: number;
}

const COUNT = {
  name: "count_compared_records",
  text: `select coalesce((select json_object_agg(kind, records) from (
    select kind, sum(records) as records from scim_record_count where account_id = $1 group by kind
  ) k), '{}') as records, (select count(*) from (
    select from scim_group_member where $2::boolean and account_id = $1 limit $3::bigint / ${ALWAYS_MADE + 1} + 1
  ) m)::float8 as members`,
};

function tooCostly(comparisons: number): StatusError {
  return new StatusError(
    status.INVALID_ARGUMENT,
    "FILTER_TOO_COSTLY",
    `The filter has ${comparisons} comparisons that no index answers, too many for as many records as there are: ask for fewer at a time, or by equality.`,
  );
}
