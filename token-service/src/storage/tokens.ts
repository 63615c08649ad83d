import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { prepared } from "@rollcall/runtime/database";
import type pg from "pg";
import { TokenEntity, type TokenRecord } from "../domain/token.ts";

/**
 * The columns of a token, for `tokenOf`. Times as milliseconds, because the
 * pool is the ORM's, which wants them as text.
 */
export const TOKEN_COLUMNS = `account_id, id, fingerprint, last_four, scopes, label, predecessor_id, successor_id,
  creator_id, change_version::float8 as change_version, (extract(epoch from create_time) * 1000)::float8 as create_time,
  (extract(epoch from end_time) * 1000)::float8 as end_time,
  (extract(epoch from revoke_time) * 1000)::float8 as revoke_time`;

/** A row of TOKEN_COLUMNS. */
export interface TokenRow {
  [column: string]: unknown;
  account_id: string;
  id: string;
  fingerprint: Buffer;
  last_four: string;
  scopes: TokenScope[];
  label: string;
  predecessor_id: string | null;
  successor_id: string | null;
  creator_id: string | null;
  change_version: number;
  create_time: number;
  end_time: number | null;
  revoke_time: number | null;
}

/** The token in a row. */
export function tokenOf(row: TokenRow): TokenRecord {
  return {
    accountId: row.account_id,
    id: row.id,
    fingerprint: row.fingerprint,
    lastFour: row.last_four,
    scopes: row.scopes,
    label: row.label,
    createTime: new Date(row.create_time),
    endTime: row.end_time === null ? null : new Date(row.end_time),
    revokeTime: row.revoke_time === null ? null : new Date(row.revoke_time),
    predecessorId: row.predecessor_id,
    successorId: row.successor_id,
    creatorId: row.creator_id,
    changeVersion: row.change_version,
  };
}

const BY_FINGERPRINT = {
  name: "token_by_fingerprint",
  text: `select ${TOKEN_COLUMNS} from token where fingerprint = $1`,
};
const BY_ID = {
  name: "token_by_id",
  text: `select ${TOKEN_COLUMNS} from token where account_id = $1 and id = $2`,
};
const BY_ACCOUNT = {
  name: "tokens_by_account",
  text: `select ${TOKEN_COLUMNS} from token where account_id = $1 order by create_time desc, id desc`,
};

/** The token with a fingerprint, ended ones included. */
export async function findTokenByFingerprint(pool: pg.Pool, fingerprint: Buffer): Promise<TokenRecord | undefined> {
  return (await prepared<TokenRow>(pool, BY_FINGERPRINT, [fingerprint])).map(tokenOf)[0];
}

/** A token of an account, ended ones included. */
export async function findToken(pool: pg.Pool, accountId: string, id: string): Promise<TokenRecord | undefined> {
  return (await prepared<TokenRow>(pool, BY_ID, [accountId, id])).map(tokenOf)[0];
}

/** An account's tokens, newest first, ended ones included. */
export async function listTokens(pool: pg.Pool, accountId: string): Promise<TokenRecord[]> {
  return (await prepared<TokenRow>(pool, BY_ACCOUNT, [accountId])).map(tokenOf);
}

/** A token of an account, locked until the transaction ends, so that of two rotations one sees the other. */
export function lockToken(tx: SqlEntityManager, accountId: string, id: string): Promise<TokenRecord | null> {
  return tx.findOne(TokenEntity, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/** Adds a token to the transaction. It has no version until `stampChanges`. */
export function addToken(tx: SqlEntityManager, token: Omit<TokenRecord, "changeVersion">): TokenRecord {
  const added = tx.create(TokenEntity, { ...token, changeVersion: 0 });
  tx.persist(added);
  return added;
}
