import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Database, transaction } from "@rollcall/runtime/database";
import type { Logger } from "@rollcall/runtime/log";
import { isTransient } from "@rollcall/runtime/sql-state";
import { failpoint } from "../failpoint.ts";
import { lockReconcile } from "../storage/reconcile-lock.ts";
import { inTransaction } from "../storage/statement.ts";
import { type AccountState, loadAccount } from "./account.ts";
import { clearDirtyRecords, type DirtyRecord, findDirtyRecord, nextDirtyRecords } from "./dirty.ts";
import { describeFault } from "./fault.ts";
import { reconcileGroups } from "./groups/reconcile-groups.ts";
import { type Consequences, markConsequences } from "./mark-concerned.ts";
import { LIVE, type ReconcileMode } from "./mode.ts";
import { reconcileUsers } from "./people/reconcile-users.ts";
import { type PublishedRules, publishedRules } from "./published-rules.ts";
import { recordFault } from "./record-fault.ts";
import { inBatchSpan } from "./span.ts";

/** Records of one kind that one transaction maps. */
export interface Batch {
  account: AccountState;
  rules: PublishedRules;
  records: DirtyRecord[];
  now: Date;
  mode: ReconcileMode;
  /** What to say and to count once the batch is committed. */
  announcements: Announcement[];
}

/** Says something about a batch that is committed. */
type Announcement = (logger: Logger) => void;

/**
 * Maps the next dirty records of an account in one transaction. Answers how
 * many it took; 0 when none waits. A record that breaks the transaction is
 * found by mapping them one by one; it gets a FAILED execution and the others
 * go on. Throws where the fault may pass, e.g. the database is away.
 */
export async function reconcileBatch(
  db: Database,
  accountId: string,
  logger: Logger,
  mode: ReconcileMode = LIVE,
): Promise<number> {
  const taken: DirtyRecord[] = [];
  try {
    const announcements = await transaction(db, async (tx) => {
      taken.length = 0;
      await lockAccount(tx, accountId, mode);
      taken.push(...(await nextDirtyRecords(tx, accountId, mode.batchSize)));
      return reconcileRecords(tx, accountId, taken, mode);
    });
    for (const announce of announcements) announce(logger);
    return taken.length;
  } catch (error) {
    if (isTransient(error) || taken.length === 0) throw error;
    logger.warn(
      { account: accountId, records: taken.length, err: error },
      "batch failed; mapping its records one by one",
    );
  }
  for (const record of taken) await reconcileAlone(db, accountId, record, logger, mode);
  return taken.length;
}

async function reconcileAlone(
  db: Database,
  accountId: string,
  record: DirtyRecord,
  logger: Logger,
  mode: ReconcileMode,
): Promise<void> {
  // The lock was given up with the batch: another process may have mapped the record since.
  let waiting: DirtyRecord | undefined;
  try {
    const announcements = await transaction(db, async (tx) => {
      await lockAccount(tx, accountId, mode);
      waiting = await findDirtyRecord(tx, accountId, record);
      return reconcileRecords(tx, accountId, waiting ? [waiting] : [], mode);
    });
    for (const announce of announcements) announce(logger);
  } catch (error) {
    const failed = waiting;
    if (isTransient(error) || !failed) throw error;
    logger.error({ account: accountId, record: record.recordId, err: error }, "record cannot be mapped");
    await transaction(db, async (tx) => {
      await lockAccount(tx, accountId, mode);
      if (!(await findDirtyRecord(tx, accountId, failed))) return;
      const { revision } = await publishedRules(tx, accountId, failed.kind);
      await recordFault(tx, accountId, failed, revision, describeFault(error));
      await clearDirtyRecords(tx, accountId, [failed]);
    });
  }
}

/** Replicas may take the same account's jobs; its batches still come one after the other. */
async function lockAccount(tx: SqlEntityManager, accountId: string, { rehearsal }: ReconcileMode): Promise<void> {
  if (!rehearsal) await lockReconcile(inTransaction(tx), accountId);
}

async function reconcileRecords(
  tx: SqlEntityManager,
  accountId: string,
  records: DirtyRecord[],
  mode: ReconcileMode,
): Promise<Announcement[]> {
  const [first] = records;
  if (!first) return [];
  const announcements: Announcement[] = [];
  const account = await loadAccount(tx, accountId);
  let consequences: Consequences | undefined;
  if (account) {
    const rules = await publishedRules(tx, accountId, first.kind);
    const batch = { account, rules, records, now: new Date(), mode, announcements };
    const isUsers = first.kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
    consequences = await inBatchSpan(batch, () => (isUsers ? reconcileUsers(tx, batch) : reconcileGroups(tx, batch)));
  }
  await clearDirtyRecords(tx, accountId, records);
  if (consequences) await markConsequences(tx, accountId, consequences);
  if (!mode.rehearsal) failpoint("reconcile.before-commit");
  return announcements;
}
