import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { prepared } from "@rollcall/runtime/database";
import type pg from "pg";
import type { TokenRecord } from "../domain/token.ts";
import { TOKEN_COLUMNS, type TokenRow, tokenOf } from "./tokens.ts";

/** The channel on which PostgreSQL tells every replica that a change has committed. */
export const CHANGE_CHANNEL = "token_change";

/**
 * Gives each changed token the next version and wakes the watchers at the
 * commit. The last thing of a transaction: it holds the lock that every writer
 * needs, and a transaction that took it before a token's would deadlock with
 * one that did it the other way round.
 */
export async function stampChanges(tx: SqlEntityManager, changed: TokenRecord[]): Promise<void> {
  const last = await advanceVersion(tx, changed.length);
  for (const [index, token] of changed.entries()) token.changeVersion = last - changed.length + 1 + index;
}

/** Makes every other writer wait until this transaction ends. Only for one that changes no account's tokens. */
export async function lockWriters(tx: SqlEntityManager): Promise<void> {
  await tx.execute("select version from token_version where id = 1 for update");
}

/** Takes the lock of all writers and as many versions. Answers the last of them. */
async function advanceVersion(tx: SqlEntityManager, count: number): Promise<number> {
  const rows = await tx.execute<{ version: number }[]>(
    `with advanced as (update token_version set version = version + ? where id = 1 returning version)
     select version::float8 as version, pg_notify(?, '') from advanced`,
    [count, CHANGE_CHANNEL],
  );
  if (!rows[0]) throw new Error("token_version has lost its row.");
  return rows[0].version;
}

const CURRENT_VERSION = {
  name: "token_version",
  text: "select version::float8 as version from token_version where id = 1",
};
const AFTER_VERSION = {
  name: "tokens_after_version",
  text: `select ${TOKEN_COLUMNS} from token where change_version > $1 order by change_version limit $2`,
};
const LIVE_PAGE = {
  name: "live_tokens",
  text: `select ${TOKEN_COLUMNS} from token
    where (account_id, id) > ($1, $2) and revoke_time is null and (end_time is null or end_time > $3)
    order by account_id, id limit $4`,
};

/** The version of the last change that has committed. At least 1. */
export async function currentVersion(pool: pg.Pool): Promise<number> {
  return (await prepared<{ version: number }>(pool, CURRENT_VERSION, []))[0]?.version ?? 0;
}

/** Tokens changed after a version, in the order of their last change, as they are now. */
export async function tokensChangedAfter(pool: pg.Pool, version: number, limit: number): Promise<TokenRecord[]> {
  return (await prepared<TokenRow>(pool, AFTER_VERSION, [version, limit])).map(tokenOf);
}

/** Where a walk over all tokens stands: the key of the last token seen. */
export type TokenKey = Pick<TokenRecord, "accountId" | "id">;

/** The start of a walk: before every token. */
export const FIRST_TOKEN: TokenKey = { accountId: "", id: "00000000-0000-0000-0000-000000000000" };

/** A page of the tokens that are live at a time, by key. */
export async function liveTokensAfter(
  pool: pg.Pool,
  key: TokenKey,
  time: number,
  limit: number,
): Promise<TokenRecord[]> {
  return (await prepared<TokenRow>(pool, LIVE_PAGE, [key.accountId, key.id, new Date(time), limit])).map(tokenOf);
}
