import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { candidateKey } from "../../domain/candidate-keys.ts";
import { foldCase } from "../../domain/fold-case.ts";
import { holdersOf } from "../../storage/candidate-holders.ts";
import type { Restored } from "../brake/trip.ts";
import { type Waiting, waitingInCircles } from "../circles.ts";
import {
  chainEvent,
  emailReleased,
  emailTaken,
  type LookupEvent,
  managerFound,
  managerLost,
} from "../lookup-events.ts";
import { type Consequences, stepsOf } from "../mark-concerned.ts";
import { query } from "../query.ts";
import type { PersonRun } from "./references.ts";
import type { UserRun } from "./user-run.ts";

const USER = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/** What a batch of users did. */
interface Done {
  runs: UserRun[];
  touching: PersonRun[];
  /** Who was enabled again before the runs. */
  restored: Restored[];
  /** Deleted users without a person now, who still say what kept them from disabling it. */
  unlinked: string[];
}

/** Whom it concerns what a batch of users did: who named somebody as manager, who waits for an e-mail. */
export async function concernsOf(
  tx: SqlEntityManager,
  accountId: string,
  { runs, touching, restored, unlinked }: Done,
): Promise<Consequences> {
  const found = restored.flatMap(({ personId, scimUserId }) =>
    managerFound(accountId, personId, { userIds: [scimUserId], ownId: true }),
  );
  const causing: UserRun[] = [];
  const events = touching.flatMap((run) => {
    const own = [...managerEvents(accountId, run), ...chainEvents(accountId, run), ...emailEvents(accountId, run)];
    if (own.length > 0) causing.push(run);
    return own;
  });
  // Another SCIM user may have the person even so.
  const left = runs.flatMap(({ user, stopped }) =>
    user.deleted && stopped ? [emailReleased(accountId, stopped.primaryEmail)] : [],
  );
  const refused = runs.flatMap(({ user, offers }) => (offers === undefined ? [] : [{ id: user.id, offers }]));
  const circle = new Set(await waitingInCircles(refused, (offering) => waitersFor(tx, accountId, offering)));
  causing.push(...runs.filter(({ user }) => circle.has(user.id)));
  const records = [...circle, ...unlinked].map((id) => ({ kind: USER, id, cause: "person_released" as const }));
  return {
    concerns: { records, events: [...found, ...events, ...left] },
    traceparent: (causing[0] ?? runs[0])?.record.traceparent ?? undefined,
    batch: { saw: new Map(runs.map(({ user }) => [user.id, 0])), steps: stepsOf(causing) },
  };
}

/** The users who wait for the e-mails that others offer, and have one themselves. */
function waitersFor(tx: SqlEntityManager, accountId: string, offering: readonly Waiting[]) {
  return query<Waiting & { waitsFor: string }>(
    tx,
    `select m.scim_user_id as id, p.primary_email as offers, o.id as "waitsFor"
     from unnest($2::uuid[], $3::bigint[]) as o (id, key)
     cross join ${holdersOf("scim_user_mapping", "o.key")} m
     join person p on p.account_id = m.account_id and p.id = m.person_id
     where m.scim_user_id <> o.id and m.outcome = ${ExecutionOutcome.EXECUTION_OUTCOME_FAILED}`,
    [accountId, offering.map(({ id }) => id), offering.map(({ offers }) => candidateKey(accountId, "email", offers))],
  );
}

/** Its SCIM user gets a person, or the person is enabled or disabled. A new person's own id nobody knows yet. */
function managerEvents(accountId: string, { user, before, after, unlinked }: PersonRun): LookupEvent[] {
  const [wasEnabled, isEnabled] = [before?.disabled === false, !after.disabled];
  const wasFound = wasEnabled && user.personId === after.id;
  const by = {
    userIds: wasFound === isEnabled ? [] : [user.id],
    ownId: before !== undefined && wasEnabled !== isEnabled,
  };
  return [
    ...(isEnabled ? managerFound : managerLost)(accountId, after.id, by),
    ...managerLost(accountId, after.id, { userIds: unlinked === undefined ? [] : [unlinked] }),
  ];
}

function chainEvents(accountId: string, { before, after }: PersonRun): LookupEvent[] {
  return before && before.managerId !== after.managerId ? [chainEvent(accountId, after.id)] : [];
}

/**
 * The person gave up its e-mail for another one, is new, is another user's now, or may be
 * had by another user because its own is deleted. Those of the batch saw it, but for what a user did that came
 * to its person only by the batch: others were mapped before.
 */
function emailEvents(accountId: string, { user, before, after }: PersonRun): (LookupEvent & { phase: number })[] {
  const linked = user.personId !== after.id;
  const moved = !before || foldCase(before.primaryEmail) !== foldCase(after.primaryEmail);
  const released = moved ? before?.primaryEmail : user.deleted ? after.primaryEmail : undefined;
  const events = released === undefined ? [] : [emailReleased(accountId, released)];
  if (moved || linked) events.push(emailTaken(accountId, after.primaryEmail));
  return events.map((event) => ({ ...event, phase: linked ? 1 : 0 }));
}
