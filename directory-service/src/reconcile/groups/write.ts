import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { foldCase } from "../../domain/fold-case.ts";
import { query } from "../query.ts";
import type { GroupRun } from "./group-run.ts";
import type { OrganizationState } from "./load.ts";

/** Gives organizations their new names. */
export async function renameOrganizations(
  tx: SqlEntityManager,
  accountId: string,
  organizations: OrganizationState[],
  now: Date,
): Promise<void> {
  // Two groups may share an organization; the later one's name stands.
  const rows = [...new Map(organizations.map((organization) => [organization.id, organization])).values()];
  if (rows.length === 0) return;
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
  executions: Map<GroupRun, string>,
  now: Date,
): Promise<void> {
  if (runs.length === 0) return;
  const rows = runs.map((run) => ({
    id: run.group.id,
    organizationId: run.organizationId,
    outcome: run.outcome,
    error: run.error,
    executionId: executions.get(run),
  }));
  await query(
    tx,
    `insert into scim_group_mapping (account_id, scim_group_id, organization_id, outcome, error, execution_id, process_time)
     select $1, id, "organizationId", outcome, error, "executionId", $3
     from jsonb_to_recordset($2::jsonb) as r (id uuid, "organizationId" uuid, outcome smallint, error text, "executionId" uuid)
     on conflict (account_id, scim_group_id) do update set organization_id = excluded.organization_id,
       outcome = excluded.outcome, error = excluded.error, execution_id = excluded.execution_id,
       process_time = excluded.process_time`,
    [accountId, JSON.stringify(rows), now.toISOString()],
  );
}
