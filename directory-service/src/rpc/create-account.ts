import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Account, AccountEnvironment } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  ConnectionProfile,
  ConnectionProvider,
  CreateConflictPolicy,
  PutPolicy,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { type FieldViolation, fieldInvalid } from "@rollcall/runtime/status";
import { v7 as uuid } from "uuid";
import { AccountEntity } from "../domain/account.ts";
import { accountValues } from "../domain/account-fields.ts";
import { ConnectionEntity } from "../domain/connection.ts";
import { foldCase } from "../domain/fold-case.ts";
import { OrganizationEntity } from "../domain/organization.ts";
import { checkProduction, toAccount } from "../storage/accounts.ts";
import { installDefaultRuleSets } from "../storage/rule-sets.ts";

/** Makes an account with its own organization, a connection and the default rules. */
export async function createAccount(tx: SqlEntityManager, given: Account | undefined): Promise<Account> {
  if (!given) throw fieldInvalid([{ field: "account", description: "must be given." }]);
  const environment = checkNew(given);
  const values = accountValues(given, ["display_name", "locale", "time_zone", "production_account_id"]);
  await checkProduction(tx, environment, values.productionAccountId);
  const accountId = given.id;
  const times = { createTime: new Date(), updateTime: new Date() };
  const organizationId = uuid();
  const account = tx.create(AccountEntity, {
    accountId,
    version: 1,
    displayName: given.displayName,
    environment,
    productionAccountId: values.productionAccountId ?? null,
    organizationId,
    locale: values.locale ?? "",
    timeZone: values.timeZone ?? "",
    ...times,
  });
  // The others refer to it by its id alone, so the order is not the ORM's to know.
  await tx.flush();
  tx.create(OrganizationEntity, {
    accountId,
    id: organizationId,
    version: 1,
    name: given.displayName,
    nameKey: foldCase(given.displayName),
    disabled: false,
    ...times,
  });
  tx.create(ConnectionEntity, {
    accountId,
    version: 1,
    provider: ConnectionProvider.CONNECTION_PROVIDER_OTHER,
    profile: ConnectionProfile.CONNECTION_PROFILE_FULL,
    putPolicy: PutPolicy.PUT_POLICY_MERGE,
    createConflictPolicy: CreateConflictPolicy.CREATE_CONFLICT_POLICY_REACTIVATE,
    limits: {},
    brake: {},
    ...times,
  });
  await tx.flush();
  await installDefaultRuleSets(tx, accountId, times.createTime);
  return toAccount(account);
}

// A DNS label, so that it can name hosts and folders.
const ACCOUNT_ID = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function checkNew({ id, environment }: Account): AccountEntity["environment"] {
  const violations: FieldViolation[] = [];
  if (!ACCOUNT_ID.test(id))
    violations.push({
      field: "account.id",
      description: "must be 1 to 63 lower-case letters, digits and hyphens, not starting or ending with a hyphen.",
    });
  if (environment === AccountEnvironment.ACCOUNT_ENVIRONMENT_UNSPECIFIED || environment > 2)
    violations.push({ field: "account.environment", description: "must be PRODUCTION or QA." });
  if (violations.length > 0) throw fieldInvalid(violations);
  return environment as AccountEntity["environment"];
}
