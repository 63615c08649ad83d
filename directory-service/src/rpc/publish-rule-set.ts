import { status } from "@grpc/grpc-js";
import type {
  PublishRuleSetRequest,
  RevertRuleSetRequest,
  RuleSet,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { transaction } from "@rollcall/runtime/database";
import type { Call } from "@rollcall/runtime/implement";
import { type FieldViolation, fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { textFault } from "../domain/field-faults.ts";
import { checkKind } from "../domain/record-kind.ts";
import { failpoint } from "../failpoint.ts";
import { lockReconcile } from "../storage/reconcile-lock.ts";
import { lockRuleSets } from "../storage/rule-set-drafts.ts";
import { publishAgain, publishDraft } from "../storage/rule-set-publications.ts";
import { findDraft, findPublished, findRevision } from "../storage/rule-sets.ts";
import { inTransaction, onPool } from "../storage/statement.ts";
import { checkRuleSet } from "./check-rule-set.ts";
import type { Context } from "./context.ts";
import { checkDraftVersion } from "./rule-set-drafts.ts";

type PublishContext = Pick<Context, "db" | "scheduleReconcile">;

/**
 * Makes the draft the published revision and queues all records of the kind, in
 * one transaction. Rules that are published already may be published again: it
 * makes a revision and maps all records anew.
 */
export async function publishRuleSet(
  { db, scheduleReconcile }: PublishContext,
  { kind, version, note }: PublishRuleSetRequest,
  { caller: { accountId, tokenId }, trace: { traceparent } }: Call,
): Promise<RuleSet> {
  checkKind(kind);
  checkRequest(note, { field: "version", value: version, meaning: "the version of the draft" });
  const seen = await findDraft(onPool(db), accountId, kind);
  checkDraftVersion(seen, version);
  // Checked once more: what it names may be gone by now. Before the transaction, so that nobody waits for it.
  if (seen) await checkRuleSet(db, accountId, kind, { text: seen.text });

  const published = await transaction(db, async (tx) => {
    const run = inTransaction(tx);
    await lockRuleSets(run, accountId, kind);
    const draft = (await findDraft(run, accountId, kind)) as RuleSet;
    checkDraftVersion(draft, version);
    checkBase(draft, await findPublished(run, accountId, kind));
    await lockReconcile(run, accountId);
    await publishDraft(run, accountId, draft, { now: new Date(), tokenId, note, traceparent });
    failpoint("publish.before-commit");
    return findPublished(run, accountId, kind);
  });
  failpoint("publish.after-commit");
  scheduleReconcile(accountId);
  return published;
}

/** Publishes the rules of an earlier revision as the next one and queues all records of the kind, in one transaction. */
export async function revertRuleSet(
  { db, scheduleReconcile }: PublishContext,
  { kind, revision, publishedRevision, note }: RevertRuleSetRequest,
  { caller: { accountId, tokenId }, trace: { traceparent } }: Call,
): Promise<RuleSet> {
  checkKind(kind);
  checkRequest(note, {
    field: "published_revision",
    value: publishedRevision,
    meaning: "the revision that is published now",
  });
  const earlier = await findRevision(onPool(db), accountId, kind, revision);
  await checkRuleSet(db, accountId, kind, { text: earlier.text });

  const published = await transaction(db, async (tx) => {
    const run = inTransaction(tx);
    await lockRuleSets(run, accountId, kind);
    checkPublished(await findPublished(run, accountId, kind), publishedRevision);
    if (revision === publishedRevision)
      throw fieldInvalid([{ field: "revision", description: "must not be the one that is published now." }]);
    await lockReconcile(run, accountId);
    const revisions = { earlier: revision, published: publishedRevision };
    await publishAgain(run, accountId, kind, revisions, { now: new Date(), tokenId, note, traceparent });
    failpoint("publish.before-commit");
    return findPublished(run, accountId, kind);
  });
  failpoint("publish.after-commit");
  scheduleReconcile(accountId);
  return published;
}

const NOTE_LIMIT = 500;

function checkRequest(note: string, seen: { field: string; value: number; meaning: string }): void {
  const violations: FieldViolation[] = [];
  if (seen.value <= 0) violations.push({ field: seen.field, description: `must be given: ${seen.meaning}.` });
  const fault = textFault(note, NOTE_LIMIT);
  if (fault) violations.push({ field: "note", description: fault });
  if (violations.length > 0) throw fieldInvalid(violations);
}

function checkBase({ baseRevision }: RuleSet, { revision }: RuleSet): void {
  if (baseRevision === revision) return;
  throw new StatusError(
    status.FAILED_PRECONDITION,
    "RULE_SET_OUTDATED",
    `The draft was made from revision ${baseRevision}, and revision ${revision} is published now.`,
    { metadata: { base_revision: `${baseRevision}`, published_revision: `${revision}` } },
  );
}

function checkPublished({ revision }: RuleSet, seen: number): void {
  if (revision === seen) return;
  throw new StatusError(status.ABORTED, "VERSION_MISMATCH", `Revision ${revision} is published now.`, {
    metadata: { published_revision: `${revision}` },
  });
}
