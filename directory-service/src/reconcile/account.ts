import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { query } from "./query.ts";

/** What rules may know of the account. */
export interface AccountState {
  id: string;
  /** The account's own organization. */
  organizationId: string;
  locale: string;
  timeZone: string;
}

/** Undefined: there is no such account. */
export async function loadAccount(tx: SqlEntityManager, accountId: string): Promise<AccountState | undefined> {
  const [account] = await query<AccountState>(
    tx,
    `select account_id as id, organization_id as "organizationId", locale, time_zone as "timeZone"
     from account where account_id = $1`,
    [accountId],
  );
  return account;
}
