import { Migration } from "@mikro-orm/migrations";

/**
 * Tokens, and the version that orders their changes. `account_id` leads the
 * primary key, so that the table distributes by account; tokens of operators
 * and services have account ''. The fingerprint alone is unique across
 * accounts: a caller is looked up by it before its account is known.
 */
export class Migration0001Token extends Migration {
  override up(): void {
    this.addSql(`
-- fingerprint: SHA-256 of the SHA-256 of the secret. scopes:
-- rollcall.token.v1.TokenScope. change_version: the version of the last change.
create table token (
  account_id text not null,
  id uuid not null,
  fingerprint bytea not null,
  last_four text not null,
  scopes smallint[] not null,
  label text not null,
  create_time timestamptz not null,
  end_time timestamptz,
  revoke_time timestamptz,
  predecessor_id uuid,
  successor_id uuid,
  creator_id uuid,
  change_version bigint not null,
  primary key (account_id, id),
  constraint token_fingerprint_unique unique (fingerprint),
  constraint token_fingerprint_length check (octet_length(fingerprint) = 32)
);
create index token_change on token (change_version);

-- One row, locked by every writer until it commits: versions become visible in
-- their order and without gaps, so a reader that asks for "after 41" misses
-- nothing. Starts at 1, because 0 asks WatchTokens for a snapshot.
create table token_version (
  id smallint primary key check (id = 1),
  version bigint not null
);
insert into token_version (id, version) values (1, 1);
`);
  }
}
