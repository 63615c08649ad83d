import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Database, transaction } from "@rollcall/runtime/database";
import type { Logger } from "@rollcall/runtime/log";
import { isTransient } from "@rollcall/runtime/sql-state";
import { type AccountState, loadAccount } from "./account.ts";
import { clearDirtyRecords, type DirtyRecord, nextDirtyRecords } from "./dirty.ts";
import { describeFault } from "./fault.ts";
import { reconcileGroups } from "./groups/reconcile-groups.ts";
import { reconcileUsers } from "./people/reconcile-users.ts";
import { type PublishedRules, publishedRules } from "./published-rules.ts";
import { query } from "./query.ts";
import { recordFault } from "./record-fault.ts";
import { inBatchSpan } from "./span.ts";

/** Records of one kind that one transaction maps. */
export interface Batch {
  account: AccountState;
  rules: PublishedRules;
  records: DirtyRecord[];
  now: Date;
}

/**
 * Maps the next dirty records of an account in one transaction. Answers how
 * many it took; 0 when none waits. A record that breaks the transaction is
 * found by mapping them one by one; it gets a FAILED execution and the others
 * go on. Throws where the fault may pass, e.g. the database is away.
 */
export async function reconcileBatch(db: Database, accountId: string, logger: Logger): Promise<number> {
  const taken: DirtyRecord[] = [];
  try {
    return await transaction(db, async (tx) => {
      taken.length = 0;
      await lockAccount(tx, accountId);
      taken.push(...(await nextDirtyRecords(tx, accountId)));
      await reconcileRecords(tx, accountId, taken);
      return taken.length;
    });
  } catch (error) {
    if (isTransient(error) || taken.length === 0) throw error;
    logger.warn(
      { account: accountId, records: taken.length, err: error },
      "batch failed; mapping its records one by one",
    );
  }
  for (const record of taken) await reconcileAlone(db, accountId, record, logger);
  return taken.length;
}

async function reconcileAlone(db: Database, accountId: string, record: DirtyRecord, logger: Logger): Promise<void> {
  try {
    await transaction(db, async (tx) => {
      await lockAccount(tx, accountId);
      await reconcileRecords(tx, accountId, [record]);
    });
  } catch (error) {
    if (isTransient(error)) throw error;
    logger.error({ account: accountId, record: record.recordId, err: error }, "record cannot be mapped");
    await transaction(db, async (tx) => {
      await lockAccount(tx, accountId);
      const rules = await publishedRules(tx, accountId, record.kind);
      const revision = rules.revision;
      await recordFault(tx, accountId, record, revision, describeFault(error));
      await clearDirtyRecords(tx, accountId, [record]);
    });
  }
}

/** Replicas may take the same account's jobs; its batches still come one after the other. */
async function lockAccount(tx: SqlEntityManager, accountId: string): Promise<void> {
  await query(tx, "select pg_advisory_xact_lock(hashtextextended('rollcall.reconcile ' || $1, 0))", [accountId]);
}

async function reconcileRecords(tx: SqlEntityManager, accountId: string, records: DirtyRecord[]): Promise<void> {
  const [first] = records;
  if (!first) return;
  const account = await loadAccount(tx, accountId);
  if (account) {
    const rules = await publishedRules(tx, accountId, first.kind);
    const batch = { account, rules, records, now: new Date() };
    const isUsers = first.kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
    await inBatchSpan(batch, () => (isUsers ? reconcileUsers(tx, batch) : reconcileGroups(tx, batch)));
  }
  await clearDirtyRecords(tx, accountId, records);
}
