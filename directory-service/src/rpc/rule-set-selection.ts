import { RuleSet, type RuleSetSelector } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Database } from "@rollcall/runtime/database";
import { fieldInvalid } from "@rollcall/runtime/status";
import { printRuleSet } from "../reconcile/rules/text/print.ts";
import { defaultRuleSet, findDraft, findPublished, findRevision, ruleSetNotFound } from "../storage/rule-sets.ts";
import { onPool } from "../storage/statement.ts";
import { checkRuleSet } from "./check-rule-set.ts";
import { NO_DRAFT } from "./rule-set-drafts.ts";

/** Where a selector stands in the request, and what it means there. */
interface Place {
  /** The selector's field. */
  field: string;
  /** What is meant where nothing is selected. */
  unset: "published" | "draft" | "draft, else published";
  /** Whether rules may come with the request; they are checked then. */
  content: boolean;
}

/**
 * The rule set that is meant. Of rules that came with the request only kind,
 * rules and text are known.
 *
 * @throws StatusError RULE_SET_NOT_FOUND, RULE_SET_INVALID, FIELD_INVALID
 */
export async function selectRuleSet(
  db: Database,
  accountId: string,
  kind: ScimRecordKind,
  given: RuleSetSelector | undefined,
  { field, unset, content }: Place,
): Promise<RuleSet> {
  const run = onPool(db);
  const selector = given?.selector;
  const refuse = (part: string, description: string) => fieldInvalid([{ field: `${field}.${part}`, description }]);
  switch (selector?.$case) {
    case "revision":
      return findRevision(run, accountId, kind, selector.value);
    case "draft":
      if (!selector.value) throw refuse("draft", "must be true where it is given.");
      return theDraft(db, accountId, kind);
    case "defaultRules":
      if (!selector.value) throw refuse("default_rules", "must be true where it is given.");
      return defaultRuleSet(kind);
    case "text": {
      if (!content) throw refuse("text", "has no place here.");
      const { rules } = await checkRuleSet(db, accountId, kind, { text: selector.value });
      return RuleSet.fromPartial({ kind, rules, text: selector.value });
    }
    case "rules": {
      if (!content) throw refuse("rules", "has no place here.");
      const { rules } = await checkRuleSet(db, accountId, kind, { rules: selector.value.rules });
      return RuleSet.fromPartial({ kind, rules, text: printRuleSet(kind, rules) });
    }
    default:
      if (unset === "draft") return theDraft(db, accountId, kind);
      return (
        (unset === "published" ? undefined : await findDraft(run, accountId, kind)) ??
        findPublished(run, accountId, kind)
      );
  }
}

async function theDraft(db: Database, accountId: string, kind: ScimRecordKind): Promise<RuleSet> {
  const draft = await findDraft(onPool(db), accountId, kind);
  if (!draft) throw ruleSetNotFound(NO_DRAFT);
  return draft;
}
