import { AccountEnvironment } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import type { CopyRuleSetRequest, RuleSet } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Database } from "@rollcall/runtime/database";
import type { Caller } from "@rollcall/runtime/implement";
import { fieldInvalid } from "@rollcall/runtime/status";
import { AccountEntity } from "../domain/account.ts";
import { checkKind } from "../domain/record-kind.ts";
import { accountNotFound } from "../storage/accounts.ts";
import { findPublished } from "../storage/rule-sets.ts";
import { onPool } from "../storage/statement.ts";
import { checkRuleSet } from "./check-rule-set.ts";
import { storeDraft } from "./rule-set-drafts.ts";

/**
 * Stores the published rules of a QA account, comments and all, as the draft of
 * the production account that it names, where they are checked once more.
 *
 * @throws StatusError ACCOUNT_NOT_FOUND for an account that does not name the
 *   caller's, as for one that does not exist; FIELD_INVALID, RULE_SET_INVALID,
 *   VERSION_MISMATCH
 */
export async function copyRuleSet(
  db: Database,
  caller: Caller,
  { kind, sourceAccountId, version }: CopyRuleSetRequest,
): Promise<RuleSet> {
  checkKind(kind);
  const source = await findSource(db, caller.accountId, sourceAccountId);
  const { text, revision } = await findPublished(onPool(db), source, kind);
  const { rules } = await checkRuleSet(db, caller.accountId, kind, { text });
  // Nothing of what is published here goes into it, and the plan that follows is of what is so now.
  const baseRevision = "published";
  return storeDraft(db, caller, { kind, rules, text, version, baseRevision, source: { accountId: source, revision } });
}

async function findSource(db: Database, accountId: string, sourceAccountId: string): Promise<string> {
  const { ACCOUNT_ENVIRONMENT_PRODUCTION: PRODUCTION, ACCOUNT_ENVIRONMENT_QA: QA } = AccountEnvironment;
  // What can be no account's id is not asked for.
  if (!/^[a-z0-9-]*$/.test(sourceAccountId)) throw accountNotFound();
  const em = db.em();
  const sources = await em.find(
    AccountEntity,
    { productionAccountId: accountId, environment: QA, ...(sourceAccountId && { accountId: sourceAccountId }) },
    { limit: 2, orderBy: { accountId: "asc" } },
  );
  const isProduction = (await em.count(AccountEntity, { accountId, environment: PRODUCTION })) === 1;
  const [source, another] = sources;
  if (!source || !isProduction) throw accountNotFound();
  if (another) {
    const description = "must be given: several QA accounts name this one as their production account.";
    throw fieldInvalid([{ field: "source_account_id", description }]);
  }
  return source.accountId;
}
