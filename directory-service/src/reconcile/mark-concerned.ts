import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { holdersOf } from "../storage/candidate-holders.ts";
import { MARK_AGAIN, type Mark } from "../storage/dirty-records.ts";
import { inTransaction, type Statement } from "../storage/statement.ts";
import type { LookupEvent } from "./lookup-events.ts";

/** What has happened to what others look at. */
export interface Concerns {
  /** To what they look up. */
  events?: readonly At<LookupEvent>[];
  /** To organizations that groups are linked to. `byGroupId`: the group that changed it knows already. */
  organizations?: readonly At<{ id: string; byGroupId?: string }>[];
  /** To groups, as their members see them. */
  groupIds?: readonly string[];
  /** To records themselves, whatever they saw. */
  records?: readonly Mark[];
}

/** How far a batch had come when something happened. Left out: everything in it saw that. */
type At<T> = T & { phase?: number };

/** The batch that something happened in. */
export interface Seeing {
  /** Its records, and the last phase of which each saw what happened. */
  saw: ReadonlyMap<string, number>;
  /** How many runs in a row had made one another due, of those to which it happened. */
  steps: number;
}

/** Whom it concerns what a batch did, to be marked when its own records are off the list. */
export interface Consequences {
  concerns: Concerns;
  /** Of a request that led to it. */
  traceparent: string | undefined;
  batch: Seeing;
}

/** Marks whom it concerns what a batch did. */
export async function markConsequences(
  tx: SqlEntityManager,
  accountId: string,
  { concerns, traceparent, batch }: Consequences,
): Promise<void> {
  await markConcerned(tx, accountId, concerns, traceparent, batch);
}

/** How many runs in a row had made one another due when these were. */
export function stepsOf(runs: readonly { record: { steps: number } }[]): number {
  return runs.length === 0 ? 0 : Math.min(...runs.map(({ record }) => record.steps));
}

/**
 * How many runs may make one another due in a row. Rules that contradict one
 * another would go on for ever; no chain that comes to an end is as long.
 */
export const STEP_LIMIT = 1_000;

const LAST_PHASE = 9;

/** From so many marks on, a client's changes go first. */
const MANY = 100;

/**
 * Marks exactly the records whose latest run looked up what is another now, with one
 * statement in the order of kind and id. A batch, whose own records are off the list by
 * then, leaves out those that saw it and those that wait anyway. Without a batch, have
 * `holdReconcile` first.
 */
export async function markConcerned(
  tx: SqlEntityManager,
  accountId: string,
  { events = [], organizations = [], groupIds = [], records = [] }: Concerns,
  traceparent: string | undefined,
  batch?: Seeing,
): Promise<void> {
  if (events.length + organizations.length + groupIds.length + records.length === 0) return;
  const steps = batch ? batch.steps + 1 : 0;
  if (steps > STEP_LIMIT) return;
  await inTransaction(tx)(MARK_CONCERNED, [
    accountId,
    traceparent ?? null,
    steps,
    events.map(({ key }) => key),
    events.map(({ cause }) => cause),
    events.map(({ organizationId }) => organizationId ?? null),
    events.map(({ managerId }) => managerId ?? null),
    events.map(({ phase }) => phase ?? 0),
    organizations.map(({ id }) => id),
    organizations.map(({ byGroupId }) => byGroupId ?? null),
    organizations.map(({ phase }) => phase ?? 0),
    groupIds,
    batch ? [...batch.saw.keys()] : [],
    batch ? [...batch.saw.values()] : [],
    batch !== undefined,
    records.map(({ kind }) => kind),
    records.map(({ id }) => id),
    records.map(({ cause }) => cause),
  ]);
}

const MARK_CONCERNED: Statement = {
  name: "mark_concerned",
  text: `with event as (
  select * from unnest($4::bigint[], $5::text[], $6::uuid[], $7::uuid[], $8::smallint[])
    as e (key, cause, organization_id, manager_id, phase)
), concerned as (
  select 1::smallint as kind, m.scim_user_id as id, e.cause, e.phase
  from event e cross join ${holdersOf("scim_user_mapping", "e.key")} m
  left join person p on p.account_id = m.account_id and p.id = m.person_id
  where (e.organization_id is null or p.organization_id is distinct from e.organization_id)
    and (e.manager_id is null or p.manager_id is distinct from e.manager_id)
  union all
  select 2, m.scim_group_id, e.cause, e.phase
  from (select * from event where cause = 'organization_changed') e
  cross join ${holdersOf("scim_group_mapping", "e.key")} m
  union all
  select 2, m.scim_group_id, 'organization_changed', o.phase
  from unnest($9::uuid[], $10::uuid[], $11::smallint[]) as o (id, by_group_id, phase)
  join scim_group_mapping m on m.account_id = $1 and m.organization_id = o.id
    and m.scim_group_id is distinct from o.by_group_id
  union all
  select 1, m.member_id, 'group_changed', 0 from scim_group_member m
  where m.account_id = $1 and m.group_id = any($12::uuid[]) and m.member_type = 1
  union all
  select r.*, ${LAST_PHASE} from unnest($16::smallint[], $17::uuid[], $18::text[]) as r (kind, id, cause)
)
insert into dirty_record as d (account_id, kind, record_id, causes, traceparent, priority, steps)
select $1, c.kind, c.id, array_agg(distinct c.cause), $2, case when count(*) over () > ${MANY} then 1 else 0 end, $3::smallint
from concerned c left join unnest($13::uuid[], $14::smallint[]) as batch (id, saw) on batch.id = c.id
where (batch.id is null or batch.saw < c.phase)
  and (not $15::boolean
    or not exists (select from dirty_record w where w.account_id = $1 and w.kind = c.kind and w.record_id = c.id))
group by c.kind, c.id order by c.kind, c.id
${MARK_AGAIN}`,
};
