import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { traceIdOf } from "@rollcall/runtime/trace";
import { v7 } from "uuid";
import { mergeOrigins, type PersonOrigin, type RuleOrigin } from "../../domain/person-origin.ts";
import { type DisabledPerson, enablePeople, takeDisablements } from "../../storage/disablements.ts";
import { holdUsers, setHeld } from "../../storage/held-records.ts";
import { insertHold } from "../../storage/holds.ts";
import { allowLongStatements } from "../../storage/long-statements.ts";
import { inTransaction } from "../../storage/statement.ts";
import type { Batch } from "../batch.ts";
import type { DirtyRecord } from "../dirty.ts";
import { saveExecutions } from "../record-runs.ts";
import { type Run, startRun } from "../run.ts";
import { type MassChange, WINDOW_MS } from "./trips.ts";

/** A person whom rules had disabled and who is enabled again. */
export interface Restored {
  personId: string;
  scimUserId: string;
  origins: PersonOrigin[];
}

/** How long owners have to decide. */
const HOLD_MS = 7 * 24 * 3_600_000;

/**
 * Makes the hold, and enables everybody again whom rules have disabled within
 * the window: they belong to the same change. Whose SCIM user no longer disables
 * them leaves the hold when it is mapped next.
 */
export async function trip(
  tx: SqlEntityManager,
  batch: Batch,
  { disabledInWindow, disabling, enabledNow, thresholds }: MassChange,
): Promise<{ holdId: string; restored: Restored[] }> {
  const { account, now } = batch;
  const run = inTransaction(tx);
  const holdId = v7();
  await insertHold(run, account.id, {
    id: holdId,
    createTime: now,
    expireTime: new Date(now.getTime() + HOLD_MS),
    peopleDisabled: disabledInWindow + disabling,
    peopleEnabled: enabledNow + disabledInWindow,
    maxPeople: thresholds.maxPeople,
    maxPercent: thresholds.maxPercent,
  });

  // A fifth of a large company may have to be enabled again.
  await allowLongStatements(run);
  const disabled = await takeDisablements(run, account.id, new Date(now.getTime() - WINDOW_MS));
  const restored: Restored[] = [];
  for (let at = 0; at < disabled.length; at += PORTION)
    restored.push(...(await restore(tx, batch, holdId, disabled.slice(at, at + PORTION))));
  return { holdId, restored };
}

// How many people one statement has.
const PORTION = 5_000;

/** Enables people again and holds their SCIM users. */
async function restore(
  tx: SqlEntityManager,
  { account, rules, now }: Batch,
  holdId: string,
  people: DisabledPerson[],
): Promise<Restored[]> {
  const run = inTransaction(tx);
  const restoring = people.map((person) => ({ person, run: restoreRun(person, rules.revision, holdId) }));
  const restored = restoring.map(({ person, run: restoration }) => ({
    personId: person.personId,
    scimUserId: person.scimUserId,
    origins: mergeOrigins(person.origins, ["disabled"], [restoredOrigin(person, restoration, now)]),
  }));
  const held = restoring.map(({ person: { personId, scimUserId, traceparent }, run: { executionId } }) => ({
    personId,
    scimUserId,
    traceparent,
    restored: true,
    executionId,
  }));
  const runs = restoring.map((each) => each.run);
  await enablePeople(run, account.id, restored, now);
  await saveExecutions(tx, account.id, runs, now);
  await holdUsers(run, account.id, holdId, held, now);
  await setHeld(run, account.id, held, restoredSentence(holdId), now);
  return restored;
}

/** No rule says that the person is enabled: the execution does. */
function restoredOrigin(
  { scimUserId, traceparent }: DisabledPerson,
  { executionId, revision }: Run,
  now: Date,
): RuleOrigin {
  const traceId = traceIdOf(traceparent);
  const origin = { executionId, revision, rule: "", recordId: scimUserId, time: now.getTime(), fields: ["disabled"] };
  return traceId ? { ...origin, traceId } : origin;
}

/** The run that enables a person again. Its changes are real. */
function restoreRun(
  { personId, scimUserId, organizationId, traceparent }: DisabledPerson,
  revision: number,
  holdId: string,
): Run {
  const record: DirtyRecord = {
    kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER,
    recordId: scimUserId,
    generation: "0",
    causes: ["brake_tripped"],
    steps: 0,
    traceparent,
  };
  return {
    ...startRun(record, revision),
    outcome: ExecutionOutcome.EXECUTION_OUTCOME_HELD,
    error: restoredSentence(holdId),
    changes: [{ field: "disabled", before: true, after: false }],
    personId,
    organizationId,
    holdId,
  };
}

function restoredSentence(holdId: string): string {
  return `The person had been disabled and is enabled again. Hold ${holdId} keeps it so until an owner releases or discards it.`;
}
