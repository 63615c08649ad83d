import { status } from "@grpc/grpc-js";
import { LockMode } from "@mikro-orm/core";
import type { AccountServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { AccountEntity } from "../domain/account.ts";
import { type AccountValues, accountValues } from "../domain/account-fields.ts";
import { accountNotFound, checkProduction, toAccount } from "../storage/accounts.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import { pageSizeOf } from "../storage/page-size.ts";
import type { Context } from "./context.ts";
import { createAccount } from "./create-account.ts";
import { memberHandlers } from "./members.ts";
import { maskedFields } from "./update-mask.ts";
import { checkVersion } from "./versions.ts";
import { visibleAccountId } from "./visible-account.ts";

/** Handlers of rollcall.directory.v1.AccountService. */
export function accountHandlers(context: Context): Handlers<AccountServiceService> {
  const { db, pageTokens } = context;
  return {
    ...memberHandlers(context),

    createAccount: ({ account }) => withConstraintErrors(() => transaction(db, (tx) => createAccount(tx, account))),

    async getAccount({ id }, { caller }) {
      const accountId = visibleAccountId(id, caller);
      const account = await db.em().findOne(AccountEntity, { accountId });
      if (!account) throw accountNotFound();
      return toAccount(account);
    },

    async listAccounts({ pageSize, pageToken }) {
      const size = pageSizeOf(pageSize);
      const after = pageToken ? pageTokens.open(SCOPE, pageToken) : "";
      const found = await db
        .em()
        .find(AccountEntity, { accountId: { $gt: after } }, { orderBy: { accountId: "asc" }, limit: size + 1 });
      const page = found.slice(0, size);
      const last = page.at(-1);
      return {
        accounts: page.map(toAccount),
        nextPageToken: last && found.length > size ? pageTokens.seal(SCOPE, last.accountId) : "",
      };
    },

    async updateAccount({ account: given, updateMask }, { caller }) {
      if (!given) throw fieldInvalid([{ field: "account", description: "must be given." }]);
      const accountId = visibleAccountId(given.id, caller);
      const fields = maskedFields(updateMask, ["display_name", "locale", "time_zone", "production_account_id"]);
      return withConstraintErrors(() =>
        transaction(db, async (tx) => {
          const account = await tx.findOne(AccountEntity, { accountId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!account) throw accountNotFound();
          checkVersion(account.version, given.version === 0 ? [] : [given.version]);
          const next = accountValues(given, fields);
          if (!caller.scopes.has(TokenScope.TOKEN_SCOPE_OPERATOR)) checkLink(account, next);
          await checkProduction(tx, account.environment, next.productionAccountId);
          const differs = Object.entries(next).some(([key, value]) => account[key as keyof AccountEntity] !== value);
          if (differs) tx.assign(account, { ...next, version: account.version + 1, updateTime: new Date() });
          await tx.flush();
          return toAccount(account);
        }),
      );
    },
  };
}

const SCOPE = ["", "account", ""];

/**
 * An owner answers for one account only: whoever could name any production
 * account would put rules before its administrators, and learn which there are.
 */
function checkLink(account: AccountEntity, { productionAccountId }: AccountValues): void {
  if (!productionAccountId || productionAccountId === account.productionAccountId) return;
  throw new StatusError(
    status.PERMISSION_DENIED,
    "SCOPE_MISSING",
    "To name an account.production_account_id needs a token with scope operator; an owner may clear it.",
    { metadata: { scopes: "operator" } },
  );
}
