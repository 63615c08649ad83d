import { Migration } from "@mikro-orm/migrations";

/**
 * What mapping that can be changed without fear takes: drafts and revisions of
 * rules, the brake and its holds, members, where each field of a person comes
 * from, and what a record's mapping looked up.
 */
export class Migration0003Mapping extends Migration {
  override up(): void {
    this.addSql(`
-- text is the rules as somebody wrote them, comments and all; rules is what it says.
-- The default rules of an account have no text of their own.
alter table rule_set
  add column text text,
  add column version bigint not null default 1,
  add column base_revision integer not null default 0,
  add column update_time timestamptz,
  add column publish_time timestamptz,
  add column note text,
  add column token_id text,
  add column reverted_revision integer,
  add column source_account_id text,
  add column source_revision integer,
  -- How many records its publication made due.
  add column queued_records bigint not null default 0,
  -- Of the published one: the highest version that any draft of the kind has had. Versions of
  -- a discarded draft do not come again, or somebody could publish what they have never seen.
  add column draft_version bigint not null default 0;
update rule_set set update_time = create_time, publish_time = create_time;
alter table rule_set alter column update_time set not null;
create unique index rule_set_draft_unique on rule_set (account_id, kind) where state = 1;

-- The QA accounts of a production account.
create index account_production on account (production_account_id) where production_account_id is not null;

-- 0: a client changed it. 1: many are due at once, as after a publication; they let the others go first.
alter table dirty_record add column priority smallint not null default 0;
-- How many runs in a row have made one another due until this one. 0: something other than a run did.
alter table dirty_record add column steps smallint not null default 0;
drop index dirty_record_order;
create index dirty_record_order on dirty_record (account_id, kind desc, priority, mark_time, record_id);

-- A 64-bit hash of everything that the latest run looked up by name or id, found or not, so that
-- exactly those run again whom a new name, link or state concerns.
alter table scim_user_mapping add column candidate_keys bigint[] not null default '{}';
alter table scim_group_mapping add column candidate_keys bigint[] not null default '{}';
-- Without pending lists: a batch looks for hundreds of keys, and each look would read the list whole.
create index scim_user_mapping_candidates on scim_user_mapping using gin (candidate_keys) with (fastupdate = off);
create index scim_group_mapping_candidates on scim_group_mapping using gin (candidate_keys) with (fastupdate = off);
-- A run that looked up the same as the last leaves every index alone where its page has room: all of an account run at once.
alter table scim_user_mapping set (fillfactor = 50);
alter table scim_group_mapping set (fillfactor = 50);
-- The key of the e-mail stands for it.
drop index scim_user_mapping_wanted_person;
alter table scim_user_mapping drop column wanted_person_id;

-- Hashes of what a group's members see of it, as its latest run had them: display name, external id, type.
alter table scim_group_mapping add column member_view bigint[] not null default '{}';

-- Nothing has keys yet, and nothing would become due by any: every record runs once.
insert into dirty_record as d (account_id, kind, record_id, causes, priority)
select account_id, 1, scim_user_id, '{manual}'::text[], 1 from scim_user_mapping
union all select account_id, 2, scim_group_id, '{manual}'::text[], 1 from scim_group_mapping
on conflict (account_id, kind, record_id) do nothing;

-- The version of the SCIM user whose disabling was discarded with a hold: it disables nobody until it changes.
alter table scim_user_mapping add column kept_enabled_version bigint;

-- Where fields have their values from, as domain/person-origin has it: [{executionId, revision, rule, recordId, traceId,
-- time, fields: ["job_title", "on_create.locale"]}, {tokenId, time, fields: ["location"]}].
alter table person add column origins jsonb not null default '[]';

-- Most runs give what the record's run before gave: their values are kept once, with the first of them.
alter table execution
  add column conditions jsonb not null default '[]',
  add column hold_id uuid,
  add column values_execution_id uuid;
alter table scim_user_mapping add column values_execution_id uuid, add column values_digest text;
create index execution_trace on execution (account_id, trace_id, id) where trace_id is not null;
-- The request that made a record due.
create index scim_request_trace on scim_request (account_id, trace_id, id) where trace_id is not null;
-- Groups are few among many users.
create index execution_group on execution (account_id, id) where kind = 2;

-- Fields of rollcall.directory.v1.Brake that differ from the default, in proto3 JSON form.
alter table connection add column brake jsonb not null default '{}';

-- Whom rules disabled within the brake's window. Older rows are removed.
create table disablement (
  account_id text not null references account,
  person_id uuid not null,
  scim_user_id uuid not null,
  disable_time timestamptz not null,
  traceparent text,
  primary key (account_id, person_id)
);
create index disablement_time on disablement (account_id, disable_time);

create table hold (
  account_id text not null references account,
  id uuid not null,
  version bigint not null default 1,
  state smallint not null,
  create_time timestamptz not null,
  expire_time timestamptz not null,
  end_time timestamptz,
  end_token_id text,
  people_disabled bigint not null,
  people_enabled bigint not null,
  max_people integer not null,
  max_percent integer not null,
  -- How many reminders were given.
  reminders integer not null default 0,
  primary key (account_id, id)
);
create unique index hold_active_unique on hold (account_id) where state = 1;
create index hold_expiry on hold (expire_time) where state = 1;

-- Whom a hold keeps enabled.
create table held_record (
  account_id text not null,
  hold_id uuid not null,
  scim_user_id uuid not null,
  person_id uuid not null,
  hold_time timestamptz not null,
  restored boolean not null,
  execution_id uuid,
  -- Of the request that made the record due.
  traceparent text,
  primary key (account_id, hold_id, scim_user_id),
  foreign key (account_id, hold_id) references hold (account_id, id)
);
create index held_record_order on held_record (account_id, hold_id, hold_time, scim_user_id);
create index held_record_person on held_record (account_id, person_id);

-- Roles: rollcall.directory.v1.AccountRole.
create table account_member (
  account_id text not null references account,
  person_id uuid not null,
  role smallint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  primary key (account_id, person_id),
  foreign key (account_id, person_id) references person (account_id, id)
);
create index account_member_order on account_member (account_id, create_time, person_id);
create index account_member_owner on account_member (account_id) where role = 1;
`);
  }
}
