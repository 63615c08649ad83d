import { Migration } from "@mikro-orm/migrations";

/**
 * The directory. `account_id` leads every primary key, unique key and foreign
 * key, so that the tables distribute by account. Keys that compare without
 * regard to case (`*_key`) are lower-cased NFC forms made by the application:
 * one rule in one place, whatever the database's locale.
 */
export class Migration0001Directory extends Migration {
  override up(): void {
    this.addSql(`
create table account (
  account_id text primary key,
  version bigint not null default 1,
  display_name text not null,
  environment smallint not null,
  production_account_id text,
  organization_id uuid not null,
  locale text not null,
  time_zone text not null,
  create_time timestamptz not null,
  update_time timestamptz not null
);

create table connection (
  account_id text primary key references account,
  version bigint not null default 1,
  provider smallint not null,
  put_policy smallint not null,
  create_conflict_policy smallint not null,
  create_time timestamptz not null,
  update_time timestamptz not null
);

create table organization (
  account_id text not null references account deferrable initially deferred,
  id uuid not null,
  version bigint not null default 1,
  name text not null,
  name_key text not null,
  disabled boolean not null default false,
  create_time timestamptz not null,
  update_time timestamptz not null,
  primary key (account_id, id),
  constraint organization_name_unique unique (account_id, name_key)
);

create table person (
  account_id text not null references account,
  id uuid not null,
  version bigint not null default 1,
  name text not null,
  primary_email text not null,
  primary_email_key text not null,
  organization_id uuid not null,
  manager_id uuid,
  job_title text,
  location text,
  employee_id text,
  support_id text,
  cost_center text,
  vip boolean not null default false,
  disabled boolean not null default false,
  locale text,
  preferred_language text,
  time_zone text,
  contacts jsonb not null default '[]',
  addresses jsonb not null default '[]',
  source text,
  source_id text,
  create_time timestamptz not null,
  update_time timestamptz not null,
  primary key (account_id, id),
  constraint person_primary_email_unique unique (account_id, primary_email_key),
  foreign key (account_id, organization_id) references organization (account_id, id),
  foreign key (account_id, manager_id) references person (account_id, id)
);
create index person_organization on person (account_id, organization_id);
create index person_manager on person (account_id, manager_id) where manager_id is not null;

-- attributes holds the record in contract form (lowerCamelCase keys, no empty
-- values); the columns beside it are what is looked up, counted or joined. No
-- index touches attributes itself, so that most changes need no index entry.
create table scim_user (
  account_id text not null references account,
  id uuid not null,
  version bigint not null default 1,
  user_name_key text not null,
  external_id text,
  display_name_key text,
  organization_key text,
  manager_ref text,
  active boolean,
  attributes jsonb not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  provision_time timestamptz not null,
  delete_time timestamptz,
  primary key (account_id, id)
) with (fillfactor = 85);
create unique index scim_user_user_name_unique on scim_user (account_id, user_name_key) where delete_time is null;
create index scim_user_external_id on scim_user (account_id, external_id) where delete_time is null;
create index scim_user_display_name on scim_user (account_id, display_name_key) where delete_time is null;
create index scim_user_manager on scim_user (account_id, manager_ref) where delete_time is null;
create index scim_user_organization on scim_user (account_id, organization_key) where delete_time is null;

create table scim_group (
  account_id text not null references account,
  id uuid not null,
  version bigint not null default 1,
  display_name_key text not null,
  external_id text,
  attributes jsonb not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  provision_time timestamptz not null,
  delete_time timestamptz,
  primary key (account_id, id)
);
create unique index scim_group_display_name_unique on scim_group (account_id, display_name_key) where delete_time is null;
create index scim_group_external_id on scim_group (account_id, external_id) where delete_time is null;

-- member_type: rollcall.directory.v1.MemberType.
create table scim_group_member (
  account_id text not null,
  group_id uuid not null,
  member_id uuid not null,
  member_type smallint not null,
  create_time timestamptz not null,
  primary key (account_id, group_id, member_id),
  foreign key (account_id, group_id) references scim_group (account_id, id) on delete cascade
);
create index scim_group_member_member on scim_group_member (account_id, member_id, group_id);

-- How many live records an account has, and how often they changed, in slots
-- by database connection: concurrent writers add to different rows instead of
-- waiting for each other. kind: rollcall.directory.v1.ScimRecordKind.
create table scim_record_count (
  account_id text not null,
  kind smallint not null,
  slot smallint not null,
  records bigint not null default 0,
  changes bigint not null default 0,
  primary key (account_id, kind, slot)
) with (fillfactor = 50);

create function count_scim_record() returns trigger language plpgsql as $$
declare
  delta bigint := 0;
begin
  if tg_op <> 'INSERT' and old.delete_time is null then delta := delta - 1; end if;
  if tg_op <> 'DELETE' and new.delete_time is null then delta := delta + 1; end if;
  insert into scim_record_count as c (account_id, kind, slot, records, changes)
  values (coalesce(new.account_id, old.account_id), tg_argv[0]::smallint, pg_backend_pid() % 64, delta, 1)
  on conflict (account_id, kind, slot) do update set records = c.records + delta, changes = c.changes + 1;
  return null;
end $$;
create trigger scim_user_count after insert or delete or update of version on scim_user
  for each row execute function count_scim_record(1);
create trigger scim_group_count after insert or delete or update of version on scim_group
  for each row execute function count_scim_record(2);

-- Where the mapping of each SCIM record stands. Apart from the records, so
-- that reconcile never waits for a client's write nor a client for reconcile.
create table scim_user_mapping (
  account_id text not null,
  scim_user_id uuid not null,
  person_id uuid,
  outcome smallint,
  error text,
  execution_id uuid,
  process_time timestamptz,
  -- The person that the user would have but for another one that holds it, or its e-mail.
  wanted_person_id uuid,
  primary key (account_id, scim_user_id),
  foreign key (account_id, scim_user_id) references scim_user (account_id, id) on delete cascade,
  foreign key (account_id, person_id) references person (account_id, id)
);
create unique index scim_user_mapping_person_unique on scim_user_mapping (account_id, person_id) where person_id is not null;

create index scim_user_mapping_wanted_person on scim_user_mapping (account_id, wanted_person_id) where wanted_person_id is not null;

create table scim_group_mapping (
  account_id text not null,
  scim_group_id uuid not null,
  organization_id uuid,
  outcome smallint,
  error text,
  execution_id uuid,
  process_time timestamptz,
  primary key (account_id, scim_group_id),
  foreign key (account_id, scim_group_id) references scim_group (account_id, id) on delete cascade,
  foreign key (account_id, organization_id) references organization (account_id, id)
);
create index scim_group_mapping_organization on scim_group_mapping (account_id, organization_id) where organization_id is not null;

-- What waits to be mapped, marked in the transaction that changed it.
-- generation tells a mark made during an execution from the one it answers.
create table dirty_record (
  account_id text not null,
  kind smallint not null,
  record_id uuid not null,
  generation bigint not null default 1,
  causes text[] not null,
  traceparent text,
  mark_time timestamptz not null default clock_timestamp(),
  primary key (account_id, kind, record_id)
);
create index dirty_record_order on dirty_record (account_id, kind desc, mark_time);

create table rule_set (
  account_id text not null references account,
  kind smallint not null,
  revision integer not null,
  state smallint not null,
  rules jsonb not null,
  create_time timestamptz not null,
  primary key (account_id, kind, revision)
);
create unique index rule_set_published_unique on rule_set (account_id, kind) where state = 2;

create table execution (
  account_id text not null references account,
  id uuid not null,
  kind smallint not null,
  record_id uuid not null,
  causes text[] not null,
  rule_set_revision integer not null,
  outcome smallint not null,
  failed_rule text,
  failed_expression text,
  error text,
  warnings text[] not null default '{}',
  "values" jsonb not null,
  changes jsonb not null,
  person_id uuid,
  organization_id uuid,
  trace_id text,
  start_time timestamptz not null,
  duration_us bigint not null,
  primary key (account_id, id)
);
create index execution_record on execution (account_id, record_id, id);
create index execution_person on execution (account_id, person_id, id) where person_id is not null;
create index execution_outcome on execution (account_id, outcome, id);

-- Signs page tokens. One row, made here, so that all replicas agree and
-- nobody has to configure it.
create table signing_key (
  id smallint primary key,
  key bytea not null
);
insert into signing_key (id, key)
select 1, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
`);
  }
}
