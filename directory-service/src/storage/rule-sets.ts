import { status } from "@grpc/grpc-js";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Rule, RuleSet, RuleSetState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { StatusError } from "@rollcall/runtime/status";
import { defaultGroupRules, defaultUserRules } from "../reconcile/rules/default-rules.ts";
import { printRuleSet } from "../reconcile/rules/text/print.ts";
import { inTransaction, type Run, type Statement } from "./statement.ts";

/** Gives a new account the default rules of both kinds as revision 1, published. */
export async function installDefaultRuleSets(tx: SqlEntityManager, accountId: string, now: Date): Promise<void> {
  const kinds = [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP];
  for (const kind of kinds)
    await inTransaction(tx)(INSERT, [accountId, kind, 1, JSON.stringify(defaultRules(kind)), now.toISOString()]);
}

/** What a new account starts with. */
export function defaultRuleSet(kind: ScimRecordKind): RuleSet {
  const rules = defaultRules(kind);
  return RuleSet.fromPartial({ kind, rules, text: printRuleSet(kind, rules) });
}

function defaultRules(kind: ScimRecordKind): Rule[] {
  return kind === ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER ? defaultUserRules : defaultGroupRules;
}

/** Which rules are published, told by a number and by what they say. */
export interface PublishedRevision {
  revision: number;
  /** SHA-256 of the rules: a draft that is tried out may have the number of what is published later. */
  digest: string;
}

/** The published revision, undefined where none is. */
export async function publishedRevision(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
): Promise<PublishedRevision | undefined> {
  const [row] = await run<{ revision: number; digest: string }>(PUBLISHED_REVISION, [accountId, kind]);
  return row;
}

/** The rules of a revision. */
export async function rulesOf(run: Run, accountId: string, kind: ScimRecordKind, revision: number): Promise<Rule[]> {
  const [row] = await run<{ rules: Rule[] }>(RULES, [accountId, kind, revision]);
  return row?.rules ?? [];
}

/** The published rule set. Throws RULE_SET_NOT_FOUND where none is: every account has one. */
export async function findPublished(run: Run, accountId: string, kind: ScimRecordKind): Promise<RuleSet> {
  const [row] = await run<RuleSetRow>(PUBLISHED, [accountId, kind]);
  if (!row) throw ruleSetNotFound("No rule set of this kind is published.");
  return toRuleSet(row);
}

/** The draft of a kind, undefined where there is none. */
export async function findDraft(run: Run, accountId: string, kind: ScimRecordKind): Promise<RuleSet | undefined> {
  const [row] = await run<RuleSetRow>(DRAFT, [accountId, kind]);
  return row && toRuleSet(row);
}

/** A revision that is or was published. Throws RULE_SET_NOT_FOUND. */
export async function findRevision(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
  revision: number,
): Promise<RuleSet> {
  const [row] = await run<RuleSetRow>(REVISION, [accountId, kind, revision]);
  if (!row) throw ruleSetNotFound(`There is no revision ${revision} of this kind.`, { revision: `${revision}` });
  return toRuleSet(row);
}

/** What is or was published before a revision, newest first, without rules and text. */
export async function listRevisions(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
  before: number | undefined,
  limit: number,
): Promise<RuleSet[]> {
  const rows = await run<RevisionRow>(LIST, [accountId, kind, before ?? null, limit]);
  return rows.map((row) => RuleSet.fromPartial(fieldsOf(row)));
}

/** Answers for rules that the account does not have. */
export function ruleSetNotFound(message: string, metadata: Record<string, string> = {}): StatusError {
  return new StatusError(status.NOT_FOUND, "RULE_SET_NOT_FOUND", message, { metadata });
}

type RevisionRow = Record<string, unknown> &
  Record<"createTime" | "updateTime", number> & { publishTime: number | null };
type RuleSetRow = RevisionRow & { kind: ScimRecordKind; rules: Rule[]; text: string | null };

function toRuleSet(row: RuleSetRow): RuleSet {
  const { kind, rules } = row;
  return RuleSet.fromPartial({ ...fieldsOf(row), rules, text: row.text ?? printRuleSet(kind, rules) });
}

function fieldsOf({ createTime, updateTime, publishTime, ...rest }: RevisionRow): Partial<RuleSet> {
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return {
    ...present,
    createTime: new Date(createTime),
    updateTime: new Date(updateTime),
    publishTime: publishTime === null ? undefined : new Date(publishTime),
  };
}

const INSERT: Statement = {
  name: "insert_rule_set",
  text: `insert into rule_set (account_id, kind, revision, state, rules, create_time, update_time, publish_time)
    values ($1, $2, $3, ${RuleSetState.RULE_SET_STATE_PUBLISHED}, $4::jsonb, $5, $5, $5)`,
};

const PUBLISHED_REVISION: Statement = {
  name: "read_published_revision",
  text: `select revision, encode(sha256(convert_to(rules::text, 'UTF8')), 'hex') as digest from rule_set
    where account_id = $1 and kind = $2 and state = ${RuleSetState.RULE_SET_STATE_PUBLISHED}`,
};

const RULES: Statement = {
  name: "read_rules",
  text: "select rules from rule_set where account_id = $1 and kind = $2 and revision = $3",
};

const millis = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

// Numbers as numbers: what bigint and timestamps become depends on the connection.
const REVISION_COLUMNS = `kind, revision, state, version::float8, base_revision as "baseRevision", note,
  ${millis("create_time")} as "createTime", ${millis("update_time")} as "updateTime",
  ${millis("publish_time")} as "publishTime", token_id as "tokenId", reverted_revision as "revertedRevision",
  source_account_id as "sourceAccountId", source_revision as "sourceRevision"`;
const COLUMNS = `${REVISION_COLUMNS}, rules, text`;
const IN_ACCOUNT = "from rule_set where account_id = $1 and kind = $2";
const REVISIONS = `${IN_ACCOUNT} and state <> ${RuleSetState.RULE_SET_STATE_DRAFT}`;

const PUBLISHED: Statement = {
  name: "read_published_rule_set",
  text: `select ${COLUMNS} ${IN_ACCOUNT} and state = ${RuleSetState.RULE_SET_STATE_PUBLISHED}`,
};

const DRAFT: Statement = {
  name: "read_draft_rule_set",
  text: `select ${COLUMNS} ${IN_ACCOUNT} and state = ${RuleSetState.RULE_SET_STATE_DRAFT}`,
};

const REVISION: Statement = {
  name: "read_rule_set_revision",
  text: `select ${COLUMNS} ${REVISIONS} and revision = $3`,
};

const LIST: Statement = {
  name: "list_rule_set_revisions",
  text: `select ${REVISION_COLUMNS} ${REVISIONS} and ($3::integer is null or revision < $3)
    order by revision desc limit $4`,
};
