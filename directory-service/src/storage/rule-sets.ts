import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Rule, RuleSetState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { defaultGroupRules, defaultUserRules } from "../reconcile/rules/default-rules.ts";
import { inTransaction, type Run, type Statement } from "./statement.ts";

/** A rule set without its rules. */
export interface RuleSetRevision {
  revision: number;
  createTime: Date;
}

/** Gives a new account the default rules of both kinds as revision 1, published. */
export async function installDefaultRuleSets(tx: SqlEntityManager, accountId: string, now: Date): Promise<void> {
  const defaults = [
    [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, defaultUserRules],
    [ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP, defaultGroupRules],
  ] as const;
  for (const [kind, rules] of defaults)
    await inTransaction(tx)(INSERT, [accountId, kind, 1, JSON.stringify(rules), now.toISOString()]);
}

/** The published revision, undefined where none is. */
export async function publishedRevision(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
): Promise<RuleSetRevision | undefined> {
  const [row] = await run<{ revision: number; createTime: number }>(PUBLISHED, [accountId, kind]);
  return row && { revision: row.revision, createTime: new Date(row.createTime) };
}

/** The rules of a revision, which never change once published. */
export async function rulesOf(run: Run, accountId: string, kind: ScimRecordKind, revision: number): Promise<Rule[]> {
  const [row] = await run<{ rules: Rule[] }>(RULES, [accountId, kind, revision]);
  return row?.rules ?? [];
}

const INSERT: Statement = {
  name: "insert_rule_set",
  text: `insert into rule_set (account_id, kind, revision, state, rules, create_time)
    values ($1, $2, $3, ${RuleSetState.RULE_SET_STATE_PUBLISHED}, $4::jsonb, $5)`,
};

const PUBLISHED: Statement = {
  name: "read_published_rule_set",
  text: `select revision, (extract(epoch from create_time) * 1000)::float8 as "createTime" from rule_set
    where account_id = $1 and kind = $2 and state = ${RuleSetState.RULE_SET_STATE_PUBLISHED}`,
};

const RULES: Statement = {
  name: "read_rules",
  text: "select rules from rule_set where account_id = $1 and kind = $2 and revision = $3",
};
