import {
  type DiffRuleSetsRequest,
  type DiffRuleSetsResponse,
  type RuleSet,
  RuleSetState,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Database } from "@rollcall/runtime/database";
import { checkKind } from "../domain/record-kind.ts";
import { ruleSetDifferences } from "../domain/rule-set-differences.ts";
import { textDifference } from "../domain/text-difference.ts";
import { selectRuleSet } from "./rule-set-selection.ts";

/** What lies between two rule sets of a kind. */
export async function diffRuleSets(
  db: Database,
  accountId: string,
  request: DiffRuleSetsRequest,
): Promise<DiffRuleSetsResponse> {
  const { kind } = request;
  checkKind(kind);
  const select = (field: "before" | "after", unset: "published" | "draft") =>
    selectRuleSet(db, accountId, kind, request[field], { field, unset, content: true });
  const before = await select("before", "published");
  const after = await select("after", "draft");
  return {
    differences: ruleSetDifferences(before.rules, after.rules),
    text: textDifference({ name: nameOf(before), text: before.text }, { name: nameOf(after), text: after.text }),
  };
}

function nameOf({ state, revision, createTime }: RuleSet): string {
  if (state === RuleSetState.RULE_SET_STATE_DRAFT) return "draft";
  if (revision > 0) return `revision ${revision}`;
  return createTime ? "default rules" : "given rules";
}
