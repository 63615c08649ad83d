import { Account } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import type {
  RuleSet,
  RuleSetSelector,
  SaveDraftRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { RpcOptions } from "@rollcall/runtime/client";
import { v7 } from "uuid";
import { as, asOperator, type Directory } from "./directory-service.ts";

/** An administrator of an account of their own, at work on the rules for SCIM users. */
export interface RuleSetAccount {
  id: string;
  /** The administrator, who also is the account's SCIM client and writes people. */
  me: RpcOptions;
  /** Saves `rulesText(title)`, where nothing else is said as made from what is published now. */
  save(title: string, version?: number, baseRevision?: number): Promise<RuleSet>;
  saveText(text: string): Promise<RuleSet>;
  saveRules(rules: RuleSet["rules"], version?: number): Promise<RuleSet>;
  importText(text: string, baseRevision?: number): Promise<RuleSet>;
  publish(version: number, note?: string): Promise<RuleSet>;
  revert(revision: number, publishedRevision: number, note?: string): Promise<RuleSet>;
  discard(version: number): Promise<unknown>;
  get(selector?: RuleSetSelector["selector"]): Promise<RuleSet>;
  /** Numbers, newest first. */
  revisions(): Promise<number[]>;
}

/** The kind of the rules. */
export const kind = 1;
export const draft = { $case: "draft", value: true } as const;
export const revision = (value: number) => ({ $case: "revision", value }) as const;

/** Makes an account and an administrator of it. */
export async function newRuleSetAccount({ accounts, mapping }: Directory): Promise<RuleSetAccount> {
  const id = `acme-${v7()}`;
  const account = Account.fromPartial({ id, displayName: id, environment: 1 });
  await accounts.createAccount({ account }, asOperator);
  const me = as(id, "administrator", "write", "scim");
  const save = async (content: SaveDraftRequest["content"], version = 0, baseRevision?: number) => {
    const base = baseRevision ?? (version === 0 ? (await mapping.getRuleSet({ kind }, me)).revision : 0);
    return mapping.saveDraft({ kind, content, version, baseRevision: base }, me);
  };
  return {
    id,
    me,
    save: (title, version, baseRevision) => save({ $case: "text", value: rulesText(title) }, version, baseRevision),
    saveText: (value) => save({ $case: "text", value }),
    saveRules: (rules, version) => save({ $case: "rules", value: { rules } }, version),
    importText: (text, baseRevision = 1) => mapping.importRuleSet({ text, version: 0, baseRevision }, me),
    publish: (version, note = "") => mapping.publishRuleSet({ kind, version, note }, me),
    revert: (earlier, publishedRevision, note = "") =>
      mapping.revertRuleSet({ kind, revision: earlier, publishedRevision, note }, me),
    discard: (version) => mapping.discardDraft({ kind, version }, me),
    get: (selector) => mapping.getRuleSet({ kind, selector: selector && { selector } }, me),
    async revisions() {
      const { ruleSets } = await mapping.listRevisions({ kind, pageSize: 0, pageToken: "" }, me);
      return ruleSets.map((ruleSet) => ruleSet.revision);
    },
  };
}

/** Rules that give everybody a title, with comments. */
export const rulesText = (title: string) => `# Titles
kind: scim_user
rules:
  # The only one.
  - name: Titles
    when: "!deleted"
    set:
      name: user.displayName
      primary_email: user.userName
      job_title: '"${title}"' # quoted twice
`;

/** The title that rules give. */
export function titleOf({ rules }: RuleSet): string | undefined {
  return rules[0]?.set.find(({ name }) => name === "job_title")?.expression;
}

/** How each call ended: its reason, or "won"; sorted. */
export function outcomesOf(results: PromiseSettledResult<unknown>[]): string[] {
  return results.map((result) => (result.status === "fulfilled" ? "won" : result.reason.reason)).sort();
}
