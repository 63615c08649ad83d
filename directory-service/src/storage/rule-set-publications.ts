import { type RuleSet, RuleSetState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { markKind } from "./bulk-marks.ts";
import { draftVersion } from "./rule-set-drafts.ts";
import type { Run, Statement } from "./statement.ts";

/** Who publishes, and what they say of it. */
export interface Publication {
  now: Date;
  tokenId: string;
  note: string;
  traceparent: string;
}

/** Puts the draft of a kind in the place of what is published, and queues all records of the kind. */
export async function publishDraft(run: Run, accountId: string, draft: RuleSet, publication: Publication) {
  const { now, tokenId, note } = publication;
  const version = await draftVersion(run, accountId, draft.kind);
  await run(SUPERSEDE, [accountId, draft.kind]);
  await run(PUBLISH_DRAFT, [accountId, draft.kind, now.toISOString(), tokenId, note || null, version]);
  await queueAll(run, accountId, draft.kind, publication);
}

/**
 * Publishes the rules of an earlier revision as the next one, and queues all
 * records of the kind. A draft stays, and becomes the revision after it.
 */
export async function publishAgain(
  run: Run,
  accountId: string,
  kind: ScimRecordKind,
  { earlier, published }: { earlier: number; published: number },
  publication: Publication,
) {
  const { now, tokenId, note } = publication;
  const version = await draftVersion(run, accountId, kind);
  await run(SUPERSEDE, [accountId, kind]);
  await run(MOVE_DRAFT, [accountId, kind, published + 2]);
  await run(COPY, [accountId, kind, earlier, published, now.toISOString(), tokenId, note || null, version]);
  await queueAll(run, accountId, kind, publication);
}

async function queueAll(run: Run, accountId: string, kind: ScimRecordKind, { traceparent }: Publication) {
  const queued = await markKind(run, accountId, kind, { cause: "rules_changed", traceparent });
  await run(NOTE_QUEUED, [accountId, kind, queued]);
}

const {
  RULE_SET_STATE_DRAFT: DRAFT,
  RULE_SET_STATE_PUBLISHED: PUBLISHED,
  RULE_SET_STATE_SUPERSEDED: SUPERSEDED,
} = RuleSetState;

const SUPERSEDE: Statement = {
  name: "supersede_rule_set",
  text: `update rule_set set state = ${SUPERSEDED} where account_id = $1 and kind = $2 and state = ${PUBLISHED}`,
};

const PUBLISH_DRAFT: Statement = {
  name: "publish_draft",
  text: `update rule_set set state = ${PUBLISHED}, publish_time = $3, update_time = $3, token_id = $4, note = $5,
      draft_version = $6
    where account_id = $1 and kind = $2 and state = ${DRAFT}`,
};

const MOVE_DRAFT: Statement = {
  name: "move_draft",
  text: `update rule_set set revision = $3 where account_id = $1 and kind = $2 and state = ${DRAFT}`,
};

const COPY: Statement = {
  name: "publish_rule_set_again",
  text: `insert into rule_set (account_id, kind, revision, state, rules, text, version, base_revision, create_time,
      update_time, publish_time, token_id, note, reverted_revision, draft_version)
    select account_id, kind, $4::integer + 1, ${PUBLISHED}, rules, text, version, $4, $5, $5, $5, $6, $7, revision, $8
    from rule_set where account_id = $1 and kind = $2 and revision = $3`,
};

const NOTE_QUEUED: Statement = {
  name: "note_queued_records",
  text: `update rule_set set queued_records = $3 where account_id = $1 and kind = $2 and state = ${PUBLISHED}`,
};
