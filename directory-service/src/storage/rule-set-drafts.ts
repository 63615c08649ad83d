import { type RuleSet, RuleSetState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Run, Statement } from "./statement.ts";

/** A draft as it is stored. */
export type DraftRow = Pick<
  RuleSet,
  "kind" | "revision" | "rules" | "text" | "version" | "baseRevision" | "tokenId" | "sourceAccountId" | "sourceRevision"
>;

/**
 * Makes whoever changes the rules of a kind wait until the transaction ends that
 * did so before: one after the other, each sees what the one before left. A row
 * lock would not do, as publishing puts another row in the place of the published one.
 */
export async function lockRuleSets(run: Run, accountId: string, kind: ScimRecordKind): Promise<void> {
  await run(LOCK, [accountId, kind]);
}

/** Stores the draft of a kind, new or changed, and remembers that its version is taken. */
export async function writeDraft(run: Run, accountId: string, draft: DraftRow, now: Date): Promise<void> {
  await run(WRITE, [
    accountId,
    draft.kind,
    draft.revision,
    JSON.stringify(draft.rules),
    draft.text,
    draft.version,
    draft.baseRevision,
    now.toISOString(),
    draft.tokenId,
    draft.sourceAccountId || null,
    draft.sourceRevision || null,
  ]);
  await run(TAKE_VERSION, [accountId, draft.kind, draft.version]);
}

/** The highest version that any draft of the kind has had, whatever became of it. */
export async function draftVersion(run: Run, accountId: string, kind: ScimRecordKind): Promise<number> {
  const [row] = await run<{ version: number }>(VERSION, [accountId, kind]);
  return row?.version ?? 0;
}

/** Removes the draft of a kind. */
export async function deleteDraft(run: Run, accountId: string, kind: ScimRecordKind): Promise<void> {
  await run(DELETE, [accountId, kind]);
}

const LOCK: Statement = {
  name: "lock_rule_sets",
  text: "select pg_advisory_xact_lock(hashtextextended('rollcall.rule_set ' || $1 || ' ' || $2::text, 0))",
};

const { RULE_SET_STATE_DRAFT: DRAFT, RULE_SET_STATE_PUBLISHED: PUBLISHED } = RuleSetState;

const WRITE: Statement = {
  name: "write_draft",
  text: `insert into rule_set (account_id, kind, revision, state, rules, text, version, base_revision, create_time,
      update_time, token_id, source_account_id, source_revision)
    values ($1, $2, $3, ${DRAFT}, $4::jsonb, $5, $6, $7, $8, $8, $9, $10, $11)
    on conflict (account_id, kind) where state = ${DRAFT} do update set rules = excluded.rules, text = excluded.text,
      version = excluded.version, base_revision = excluded.base_revision, update_time = excluded.update_time,
      token_id = excluded.token_id, source_account_id = excluded.source_account_id,
      source_revision = excluded.source_revision`,
};

const TAKE_VERSION: Statement = {
  name: "take_draft_version",
  text: `update rule_set set draft_version = $3 where account_id = $1 and kind = $2 and state = ${PUBLISHED}`,
};

const VERSION: Statement = {
  name: "read_draft_version",
  text: `select draft_version::float8 as version from rule_set
    where account_id = $1 and kind = $2 and state = ${PUBLISHED}`,
};

const DELETE: Statement = {
  name: "delete_draft",
  text: `delete from rule_set where account_id = $1 and kind = $2 and state = ${DRAFT}`,
};
