import { status } from "@grpc/grpc-js";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Account, AccountEnvironment } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { AccountEntity } from "../domain/account.ts";

/** An entity as a message. */
export function toAccount(account: AccountEntity): Account {
  return {
    id: account.accountId,
    version: account.version,
    createTime: account.createTime,
    updateTime: account.updateTime,
    displayName: account.displayName,
    environment: account.environment,
    productionAccountId: account.productionAccountId ?? "",
    organizationId: account.organizationId,
    locale: account.locale,
    timeZone: account.timeZone,
  };
}

/** Answers for an account that does not exist, or that the caller must not know of. */
export function accountNotFound(): StatusError {
  return new StatusError(status.NOT_FOUND, "ACCOUNT_NOT_FOUND", "There is no such account.");
}

/** Throws FIELD_INVALID unless a QA account's counterpart is a production account. */
export async function checkProduction(
  tx: SqlEntityManager,
  environment: AccountEnvironment,
  productionAccountId: string | null | undefined,
): Promise<void> {
  if (!productionAccountId) return;
  const field = "account.production_account_id";
  if (environment !== AccountEnvironment.ACCOUNT_ENVIRONMENT_QA)
    throw fieldInvalid([{ field, description: "is for QA accounts only." }]);
  const production = { accountId: productionAccountId, environment: AccountEnvironment.ACCOUNT_ENVIRONMENT_PRODUCTION };
  if ((await tx.count(AccountEntity, production)) === 0)
    throw fieldInvalid([{ field, description: "must be the id of a production account." }]);
}
