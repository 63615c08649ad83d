import { Migration } from "@mikro-orm/migrations";
import { type Attributes, type RecordSchema, SCIM_GROUP, SCIM_USER } from "../src/domain/attributes.ts";
import { valueKeys } from "../src/domain/value-keys.ts";

/**
 * What SCIM to the letter takes: an index that answers `eq` on any attribute,
 * sorting and deltas by time, nested groups, walks that all replicas know,
 * schema extensions of an account, and the log of its requests.
 */
export class Migration0002Scim extends Migration {
  override async up(): Promise<void> {
    await this.execute(`
alter table scim_user add column value_keys bigint[] not null default '{}', add column document_bytes integer not null default 0;
alter table scim_group add column value_keys bigint[] not null default '{}', add column document_bytes integer not null default 0;`);
    await this.#keyValues(SCIM_USER);
    await this.#keyValues(SCIM_GROUP);
    this.addSql(`
alter table connection add column profile smallint not null default 1;
-- Fields of rollcall.directory.v1.ConnectionLimits that differ from the default, in proto3 JSON form.
alter table connection add column limits jsonb not null default '{}';

-- A 64-bit hash for each (account, path, folded value) that the record has, made by
-- the application (domain/value-keys). The GIN index answers eq on every attribute
-- that has no index of its own; what it finds is compared again, as hashes may meet.
-- A small pending list, since every search reads it whole. Whoever changes how keys are
-- made writes a migration that keys all rows anew: one made in the old way is never found.
create index scim_user_values on scim_user using gin (value_keys) with (gin_pending_list_limit = 256) where delete_time is null;
create index scim_group_values on scim_group using gin (value_keys) with (gin_pending_list_limit = 256) where delete_time is null;

-- By code point, whatever the database's locale: what sorts by a key goes by its index.
alter table scim_user alter column user_name_key type text collate "C", alter column display_name_key type text collate "C";
alter table scim_group alter column display_name_key type text collate "C";

-- meta.created, meta.lastModified, meta.version; Entra's reader asks for what was modified between two times.
create index scim_user_create_time on scim_user (account_id, create_time) where delete_time is null;
create index scim_user_update_time on scim_user (account_id, update_time) where delete_time is null;
create index scim_user_version on scim_user (account_id, version) where delete_time is null;
create index scim_group_create_time on scim_group (account_id, create_time) where delete_time is null;
create index scim_group_update_time on scim_group (account_id, update_time) where delete_time is null;
create index scim_group_version on scim_group (account_id, version) where delete_time is null;

-- Groups inside groups: few, so that an account without any is known by one look here,
-- and those inside a group are found without reading its users.
create index scim_group_member_nested on scim_group_member (account_id, group_id, member_id) where member_type = 2;

-- The groups that a user is in, each once: direct before indirect.
create function scim_user_groups(account text, scim_user uuid) returns table (group_id uuid, direct boolean)
language sql stable parallel safe rows 10 as $$
  with recursive around(group_id, direct) as (
    select m.group_id, true from scim_group_member m where m.account_id = account and m.member_id = scim_user
    union
    select m.group_id, false from around
    join scim_group_member m on m.account_id = account and m.member_id = around.group_id and m.member_type = 2
  )
  select group_id, bool_or(direct) from around group by group_id
$$;

-- How many of the groups, from the first on, have together at most so many members.
-- Reads no more of the index than that many entries, and nothing else.
create function scim_groups_within(account text, groups uuid[], members bigint) returns integer
language plpgsql stable parallel safe as $$
declare
  this_group uuid;
  fitting integer := 0;
begin
  foreach this_group in array groups loop
    members := members - (select count(*) from
      (select from scim_group_member m where m.account_id = account and m.group_id = this_group limit members + 1) m);
    exit when members < 0;
    fitting := fitting + 1;
  end loop;
  return fitting;
end $$;

-- A text as the time that it says, to the millisecond; null where it says none. Twin of
-- domain/instant: without a time zone it is UTC. Never what depends on the session, as 'now' would.
create function scim_instant(value text) returns timestamptz language plpgsql immutable parallel safe as $$
begin
  if value !~ '^\\d{4}-\\d{2}-\\d{2}([Tt ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?([Zz]|[+-](0\\d|1[0-4]):?[0-5]\\d)?)?$' then
    return null;
  end if;
  return (regexp_replace(replace(upper(value), 'T', ' '), '(\\.\\d{3})\\d+', '\\1')
    || case when value ~ '[Zz]$|[+-]\\d{2}:?\\d{2}$' and length(value) > 10 then '' else 'Z' end)::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end $$;

-- Where walks by startIndex stand, on whatever replica their next request comes. Lost by a
-- crash of the database, and then counted anew.
create unlogged table list_walk (
  account_id text not null,
  -- Digest of the client's token, the kind, the filter and the sort.
  walk text not null,
  start_index integer not null,
  -- The place of the last record before start_index.
  after jsonb not null,
  changes bigint not null,
  write_time timestamptz not null default clock_timestamp(),
  primary key (account_id, walk, start_index)
);
create index list_walk_write_time on list_walk (write_time);

create table extension_schema (
  account_id text not null references account,
  urn_key text not null,
  urn text not null,
  version bigint not null default 1,
  name text not null,
  description text not null,
  record_kinds smallint[] not null,
  -- rollcall.directory.v1.SchemaAttribute, in proto3 JSON form.
  attributes jsonb not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  primary key (account_id, urn_key)
);

-- Ids are UUIDs of version 7: their order is that of time, and old ones go by it.
create table scim_request (
  account_id text not null references account,
  id uuid not null,
  request_time timestamptz not null,
  method text not null,
  path text not null,
  status smallint not null,
  scim_type text,
  detail text,
  duration_us bigint not null,
  trace_id text,
  record_kind smallint,
  record_id text,
  token_id text,
  user_agent text,
  primary key (account_id, id)
);
create index scim_request_record on scim_request (account_id, record_id, id) where record_id is not null;
create index scim_request_failed on scim_request (account_id, id) where status >= 400;
`);
  }

  /** Keys and measures the rows that there are, in batches. */
  async #keyValues(schema: RecordSchema): Promise<void> {
    let last: Row | undefined;
    do {
      const rows = (await this.execute(
        `select account_id, id, attributes from ${schema.kind}
where (account_id, id) > (?, ?::uuid) order by account_id, id limit ${BATCH}`,
        [last?.account_id ?? "", last?.id ?? "00000000-0000-0000-0000-000000000000"],
      )) as unknown as Row[];
      const keyed = rows.map(({ account_id, id, attributes }) => ({
        account_id,
        id,
        keys: valueKeys(schema, account_id, attributes),
      }));
      await this.execute(
        `update ${schema.kind} r set value_keys = array(select jsonb_array_elements_text(k.keys)::bigint),
  document_bytes = octet_length(attributes::text)
from jsonb_to_recordset(?::jsonb) as k(account_id text, id uuid, keys jsonb) where r.account_id = k.account_id and r.id = k.id`,
        [JSON.stringify(keyed)],
      );
      last = rows.at(-1);
    } while (last);
  }
}

type Row = { account_id: string; id: string; attributes: Attributes };

const BATCH = 500;
