import {
  type ExportRuleSetRequest,
  type ExportRuleSetResponse,
  type ListRevisionsRequest,
  type ListRevisionsResponse,
  type MappingServiceService,
  type RuleSet,
  RuleSetState,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Handlers } from "@rollcall/runtime/implement";
import { checkKind } from "../domain/record-kind.ts";
import { pageSizeOf } from "../storage/page-size.ts";
import { findPublished, listRevisions } from "../storage/rule-sets.ts";
import { onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { diffRuleSets } from "./diff-rule-sets.ts";
import { publishRuleSet, revertRuleSet } from "./publish-rule-set.ts";
import { discardDraft, importRuleSet, saveDraft, validateRules } from "./rule-set-drafts.ts";
import { selectRuleSet } from "./rule-set-selection.ts";

type RuleSetContext = Pick<Context, "db" | "pageTokens" | "scheduleReconcile">;

/** Handlers of MappingService for writing, publishing and taking back rules. */
export function ruleSetHandlers(
  context: RuleSetContext,
): Pick<
  Handlers<MappingServiceService>,
  | "getRuleSet"
  | "saveDraft"
  | "discardDraft"
  | "validateRuleSet"
  | "publishRuleSet"
  | "listRevisions"
  | "revertRuleSet"
  | "diffRuleSets"
  | "exportRuleSet"
  | "importRuleSet"
> {
  const { db } = context;
  return {
    async getRuleSet({ kind, selector }, { caller }) {
      checkKind(kind);
      return selectRuleSet(db, caller.accountId, kind, selector, STORED);
    },
    saveDraft: (request, { caller }) => saveDraft(db, caller, request),
    discardDraft: (request, { caller }) => discardDraft(db, caller, request),
    validateRuleSet: (request, { caller }) => validateRules(db, caller, request),
    publishRuleSet: (request, call) => publishRuleSet(context, request, call),
    listRevisions: (request, { caller }) => list(context, caller.accountId, request),
    revertRuleSet: (request, call) => revertRuleSet(context, request, call),
    diffRuleSets: (request, { caller }) => diffRuleSets(db, caller.accountId, request),
    exportRuleSet: (request, { caller }) => exportRuleSet(context, caller.accountId, request),
    importRuleSet: (request, { caller }) => importRuleSet(db, caller, request),
  };
}

const STORED = { field: "selector", unset: "published", content: false } as const;

async function list(
  { db, pageTokens }: RuleSetContext,
  accountId: string,
  { kind, pageToken, ...request }: ListRevisionsRequest,
): Promise<ListRevisionsResponse> {
  checkKind(kind);
  const pageSize = pageSizeOf(request.pageSize);
  const scope = [accountId, "revisions", `${kind}`];
  const before = pageToken ? Number(pageTokens.open(scope, pageToken)) : undefined;
  // One more than asked for tells whether there is a next page.
  const found = await listRevisions(onPool(db), accountId, kind, before, pageSize + 1);
  const ruleSets = found.slice(0, pageSize);
  const last = ruleSets.at(-1);
  const nextPageToken = found.length > pageSize && last ? pageTokens.seal(scope, `${last.revision}`) : "";
  return { ruleSets, nextPageToken };
}

async function exportRuleSet(
  { db }: RuleSetContext,
  accountId: string,
  { kind, selector }: ExportRuleSetRequest,
): Promise<ExportRuleSetResponse> {
  checkKind(kind);
  // First: of two publications at the same time the older is the safe one to name.
  const published = await findPublished(onPool(db), accountId, kind);
  const ruleSet = await selectRuleSet(db, accountId, kind, selector, STORED);
  const isDraft = ruleSet.state === RuleSetState.RULE_SET_STATE_DRAFT;
  return {
    fileName: fileName(accountId, ruleSet),
    text: ruleSet.text,
    baseRevision: isDraft ? ruleSet.baseRevision : published.revision,
    version: isDraft ? ruleSet.version : 0,
  };
}

function fileName(accountId: string, { kind, state, revision }: RuleSet): string {
  const records = kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER ? "scim-user" : "scim-group";
  if (revision === 0) return `default-${records}-rules.yaml`;
  const which = state === RuleSetState.RULE_SET_STATE_DRAFT ? "draft" : revision;
  return `${accountId}-${records}-rules-${which}.yaml`;
}
