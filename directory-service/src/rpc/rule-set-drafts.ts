import { status } from "@grpc/grpc-js";
import type {
  DiscardDraftRequest,
  ImportRuleSetRequest,
  RuleSet,
  SaveDraftRequest,
  ValidateRuleSetRequest,
  ValidateRuleSetResponse,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Database, transaction } from "@rollcall/runtime/database";
import type { Caller } from "@rollcall/runtime/implement";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { checkKind } from "../domain/record-kind.ts";
import { rewriteRuleSet } from "../reconcile/rules/text/rewrite.ts";
import type { RuleSetContent } from "../reconcile/rules/validate.ts";
import { deleteDraft, draftVersion, lockRuleSets, writeDraft } from "../storage/rule-set-drafts.ts";
import { findDraft, findPublished, ruleSetNotFound } from "../storage/rule-sets.ts";
import { inTransaction, onPool } from "../storage/statement.ts";
import { checkRuleSet, examineRuleSet } from "./check-rule-set.ts";

/** Stores a draft once it is checked. */
export async function saveDraft(
  db: Database,
  caller: Caller,
  { kind, content, version, baseRevision }: SaveDraftRequest,
): Promise<RuleSet> {
  checkKind(kind);
  const given = contentOf(content);
  const checked = await checkRuleSet(db, caller.accountId, kind, given);
  if ("text" in given)
    return storeDraft(db, caller, { kind, rules: checked.rules, text: given.text, version, baseRevision });
  const text = rewriteRuleSet(await presentText(db, caller.accountId, kind), kind, given.rules);
  // What is stored is what the file says; with the comments that it keeps it may be too long.
  const { rules } = await checkRuleSet(db, caller.accountId, kind, { text });
  return storeDraft(db, caller, { kind, rules, text, version, baseRevision });
}

/** Stores a file as the draft of the kind that it names. */
export async function importRuleSet(
  db: Database,
  caller: Caller,
  { text, version, baseRevision }: ImportRuleSetRequest,
): Promise<RuleSet> {
  const { kind, rules } = await checkRuleSet(db, caller.accountId, undefined, { text });
  if (kind === undefined) throw fieldInvalid([{ field: "text", description: "must name the kind of its rules." }]);
  if (baseRevision === 0) throw baseMissing();
  const source = { accountId: "", revision: 0 };
  return storeDraft(db, caller, { kind, rules, text, version, baseRevision, source });
}

/** Says what keeps rules from being saved. */
export async function validateRules(
  db: Database,
  { accountId }: Caller,
  { kind, content }: ValidateRuleSetRequest,
): Promise<ValidateRuleSetResponse> {
  checkKind(kind);
  const { problems } = await examineRuleSet(db, accountId, kind, contentOf(content));
  return { problems };
}

/** Removes the draft of a kind. */
export async function discardDraft(
  db: Database,
  { accountId }: Caller,
  { kind, version }: DiscardDraftRequest,
): Promise<Record<string, never>> {
  checkKind(kind);
  return transaction(db, async (tx) => {
    const run = inTransaction(tx);
    await lockRuleSets(run, accountId, kind);
    const draft = await findDraft(run, accountId, kind);
    if (version !== 0) checkDraftVersion(draft, version);
    if (!draft) throw ruleSetNotFound(NO_DRAFT);
    await deleteDraft(run, accountId, kind);
    return {};
  });
}

/** What a draft is to be. */
interface NewDraft extends Pick<RuleSet, "kind" | "rules" | "text" | "version"> {
  /** 0: the present draft's. "published": what is so now. */
  baseRevision: number | "published";
  /** Where rules come from as a whole, "" for a file. Undefined: they are an edit of the present draft, if there is one. */
  source?: { accountId: string; revision: number };
}

/** Stores rules that are checked as the draft of a kind, if it has the version that the caller has seen. */
export function storeDraft(db: Database, caller: Caller, next: NewDraft): Promise<RuleSet> {
  const { accountId, tokenId } = caller;
  const { kind, rules, text, version } = next;
  return transaction(db, async (tx) => {
    const run = inTransaction(tx);
    await lockRuleSets(run, accountId, kind);
    const published = await findPublished(run, accountId, kind);
    const draft = await findDraft(run, accountId, kind);
    checkDraftVersion(draft, version);
    const baseRevision = baseOf(next.baseRevision, published, draft);
    const edited = next.source ? undefined : draft;
    const row = {
      kind,
      revision: published.revision + 1,
      rules,
      text,
      version: (await draftVersion(run, accountId, kind)) + 1,
      baseRevision,
      tokenId,
      sourceAccountId: next.source?.accountId ?? edited?.sourceAccountId ?? "",
      sourceRevision: next.source?.revision ?? edited?.sourceRevision ?? 0,
    };
    await writeDraft(run, accountId, row, new Date());
    return (await findDraft(run, accountId, kind)) as RuleSet;
  });
}

/** Throws VERSION_MISMATCH unless the draft has a version. 0: there must be none. */
export function checkDraftVersion(draft: RuleSet | undefined, version: number): void {
  const present = draft?.version ?? 0;
  if (present === version) return;
  const message = draft
    ? `The draft has version ${present}: look at it, and name that version.`
    : "There is no draft now: it was published or discarded.";
  throw new StatusError(status.ABORTED, "VERSION_MISMATCH", message, { metadata: { version: `${present}` } });
}

/** For RULE_SET_NOT_FOUND. */
export const NO_DRAFT = "There is no draft of this kind.";

function contentOf(content: SaveDraftRequest["content"]): RuleSetContent {
  if (!content) throw fieldInvalid([{ field: "text", description: "must be given, or rules." }]);
  return content.$case === "text" ? { text: content.value } : { rules: content.value.rules };
}

async function presentText(db: Database, accountId: string, kind: ScimRecordKind): Promise<string> {
  const draft = await findDraft(onPool(db), accountId, kind);
  return (draft ?? (await findPublished(onPool(db), accountId, kind))).text;
}

function baseOf(wanted: number | "published", { revision }: RuleSet, draft: RuleSet | undefined): number {
  if (wanted === "published") return revision;
  const base = wanted || draft?.baseRevision;
  // Taking what is published now would overwrite what somebody has published since these rules were read.
  if (base === undefined) throw baseMissing();
  if (base > 0 && base <= revision) return base;
  const description = `must be a revision that was published, at most ${revision}.`;
  throw fieldInvalid([{ field: "base_revision", description }]);
}

function baseMissing(): StatusError {
  const description = "must be given: the published revision that the rules were made from.";
  return fieldInvalid([{ field: "base_revision", description }]);
}
