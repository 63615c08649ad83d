import type { Pool } from "pg";

/**
 * Has PostgreSQL look again at tables that have doubled since it last did.
 * During a first import autovacuum comes too late: it looks once a minute, and
 * until then foreign keys are checked by plans that were made for an empty
 * table, slower with every row. Cheap where nothing grew. Answers the tables.
 */
export async function refreshStatistics(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ table: string }>({
    name: "outgrown_statistics",
    text: `select relname as table from pg_class
      where relnamespace = current_schema()::regnamespace
        and relname in ('person', 'scim_user', 'scim_user_mapping', 'scim_group_member')
        and pg_relation_size(oid) / current_setting('block_size')::integer > 2 * relpages`,
  });
  // The names are those in the statement above.
  for (const { table } of rows) await pool.query(`analyze ${table}`);
  return rows.map(({ table }) => table);
}
