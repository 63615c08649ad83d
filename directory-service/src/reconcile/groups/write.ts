import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { sortedKeys } from "../../domain/candidate-keys.ts";
import { foldCase } from "../../domain/fold-case.ts";
import { query } from "../query.ts";
import type { GroupRun, Renaming } from "./group-run.ts";
import { memberViewOf } from "./member-view.ts";

/** Gives organizations their new names. They may change places. */
export async function renameOrganizations(
  tx: SqlEntityManager,
  accountId: string,
  renamings: Renaming[],
  now: Date,
): Promise<void> {
  // A group that is linked only now may name an organization after another one did.
  const rows = [...new Map(renamings.map(({ after }) => [after.id, after])).values()];
  if (rows.length === 0) return;
  const leaving = new Map(renamings.toReversed().map(({ before }) => [foldCase(before.name), before.id]));
  const inTheWay = rows.flatMap(({ id, name }) => {
    const holder = leaving.get(foldCase(name));
    return holder === undefined || holder === id ? [] : [holder];
  });
  if (inTheWay.length > 0)
    // No name begins with a blank.
    await query(tx, "update organization set name_key = ' ' || id where account_id = $1 and id = any($2::uuid[])", [
      accountId,
      inTheWay,
    ]);
  await query(
    tx,
    `update organization o set version = o.version + 1, update_time = $5, name = r.name, name_key = r.name_key
     from unnest($2::uuid[], $3::text[], $4::text[]) as r (id, name, name_key)
     where o.account_id = $1 and o.id = r.id`,
    [
      accountId,
      rows.map(({ id }) => id),
      rows.map(({ name }) => name),
      rows.map(({ name }) => foldCase(name)),
      now.toISOString(),
    ],
  );
}

/** Stores where the mapping of each group stands. */
export async function saveGroupMappings(
  tx: SqlEntityManager,
  accountId: string,
  runs: GroupRun[],
  now: Date,
): Promise<void> {
  if (runs.length === 0) return;
  const rows = runs.map((run) => ({
    id: run.group.id,
    organizationId: run.organizationId,
    outcome: run.outcome,
    error: run.error,
    executionId: run.executionId,
    keys: sortedKeys(run.keys),
    view: memberViewOf(run.group.attributes),
  }));
  await query(
    tx,
    `insert into scim_group_mapping (account_id, scim_group_id, organization_id, outcome, error, execution_id, process_time,
       candidate_keys, member_view)
     select $1, id, "organizationId", outcome, error, "executionId", $3, keys, view
     from jsonb_to_recordset($2::jsonb) as r (id uuid, "organizationId" uuid, outcome smallint, error text,
       "executionId" uuid, keys bigint[], view bigint[])
     on conflict (account_id, scim_group_id) do update set organization_id = excluded.organization_id,
       outcome = excluded.outcome, error = excluded.error, execution_id = excluded.execution_id,
       process_time = excluded.process_time, candidate_keys = excluded.candidate_keys,
       member_view = excluded.member_view`,
    [accountId, JSON.stringify(rows), now.toISOString()],
  );
}
