import type { Session } from "@rollcall/runtime/database";
import type pg from "pg";
import { MAKE_LISTED } from "./listed.ts";
import { KEPT_TABLES, SHADOW_TABLES, type ShadowTable } from "./shadow-tables.ts";

/**
 * Makes temporary tables in the session that shadow the real ones, with an
 * account's rows as one snapshot has them. From then on the names stand for
 * the shadows. `mark` says, within the snapshot, what waits to be mapped; it
 * is given what stands for the real tables' schema in SQL.
 */
export async function makeShadows(
  session: Session,
  accountId: string,
  mark: (schema: string) => Promise<void>,
): Promise<void> {
  const run = async (text: string, values?: unknown[]) => (await session.pool.query(text, values)).rows;
  // The session has one connection, and its transactions cannot write unless they say so.
  await run("begin isolation level repeatable read read write");
  const [found] = await run("select quote_ident(current_schema()) as schema");
  const schema = String(found?.["schema"]);
  for (const table of SHADOW_TABLES) await makeShadow(run, table, schema, accountId);
  await run(KEEPING);
  await run(LOOKING);
  await run(MAKE_LISTED);
  await mark(schema);
  await run("commit");
  await run(`analyze ${SHADOW_TABLES.map(({ name }) => `pg_temp.${name}`).join(", ")}`);
}

type Run = (text: string, values?: unknown[]) => Promise<pg.QueryResultRow[]>;

async function makeShadow(
  run: Run,
  { name, only, filled = true, without = [], indexes = [], unheeded }: ShadowTable,
  schema: string,
  accountId: string,
): Promise<void> {
  const definitions = await run(INDEXES, [schema, name, indexes]);
  const [columns] = await run(COLUMNS, [schema, name, without, unheeded ?? []]);
  await run(`create temporary table ${name} (like ${schema}.${name} including defaults including storage)`);
  if (filled) {
    const where = only ? ` and ${only.replaceAll("{schema}", schema)}` : "";
    await run(
      `insert into pg_temp.${name} (${columns?.["copied"]})
       select ${columns?.["copied"]} from ${schema}.${name} where account_id = $1${where}`,
      [accountId],
    );
  }
  for (const { definition } of definitions) await run(definition);
  if (unheeded)
    await run(`create function pg_temp.skip_${name}() returns trigger language plpgsql as 'begin return null; end';
create trigger skip_unheeded before update on pg_temp.${name} for each row
  when (${columns?.["same"]}) execute function pg_temp.skip_${name}()`);
}

// An index is built of sorted rows faster than row by row, so after them. Violations name it as the real one.
const INDEXES = `select replace(pg_get_indexdef(i.indexrelid), ' ON ' || $1 || '.' || $2 || ' ', ' ON pg_temp.' || $2 || ' ') as definition
  from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = ($1 || '.' || $2)::regclass and c.relname = any($3::text[])`;

const COLUMNS = `select
    string_agg(name, ', ' order by attnum) filter (where attname <> all($3::text[])) as copied,
    string_agg('old.' || name || ' is not distinct from new.' || name, ' and ') filter (where attname <> all($4::text[])) as same
  from pg_attribute, quote_ident(attname) name
  where attrelid = ($1 || '.' || $2)::regclass and attnum > 0 and not attisdropped`;

const KEEPING = KEPT_TABLES.map(
  ({ name, key }) => `
create temporary table before_${name} (key uuid primary key, created boolean not null, row pg_temp.${name});
create function pg_temp.keep_changed_${name}() returns trigger language plpgsql as $$ begin
  insert into pg_temp.before_${name} select ${key}, false, row(o.*)::pg_temp.${name} from old_rows o on conflict do nothing;
  return null;
end $$;
create function pg_temp.keep_made_${name}() returns trigger language plpgsql as $$ begin
  insert into pg_temp.before_${name} select ${key}, true, null from new_rows on conflict do nothing;
  return null;
end $$;
create trigger keep_changed after update on pg_temp.${name} referencing old table as old_rows
  for each statement execute function pg_temp.keep_changed_${name}();
create trigger keep_made after insert on pg_temp.${name} referencing new table as new_rows
  for each statement execute function pg_temp.keep_made_${name}();`,
).join("");

// What is no longer waiting has been looked at.
const LOOKING = `
create temporary table looked_at (kind smallint, record_id uuid, primary key (kind, record_id));
create function pg_temp.keep_looked_at() returns trigger language plpgsql as $$ begin
  insert into pg_temp.looked_at select kind, record_id from old_rows on conflict do nothing;
  return null;
end $$;
create trigger keep_looked_at after delete on pg_temp.dirty_record referencing old table as old_rows
  for each statement execute function pg_temp.keep_looked_at();`;
