import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { foldCase } from "../../domain/fold-case.ts";
import {
  chainEvent,
  emailReleased,
  emailTaken,
  type LookupEvent,
  managerFound,
  managerLost,
} from "../lookup-events.ts";
import { markConcerned } from "../mark-concerned.ts";
import { query } from "../query.ts";

const USER = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/** What of a person others look up. */
export interface PersonLookups {
  id: string;
  primaryEmail: string;
  disabled: boolean;
  managerId?: string | null | undefined;
}

/**
 * Marks whom it concerns that a person was created or changed by hand, and the SCIM users
 * that a hold let go of for it. Needs `holdReconcile` before the change.
 */
export async function markPersonChange(
  tx: SqlEntityManager,
  accountId: string,
  before: PersonLookups | undefined,
  after: PersonLookups,
  traceparent: string | undefined,
  letGo: readonly string[] = [],
): Promise<void> {
  const events: LookupEvent[] = [];
  if (before === undefined || foldCase(before.primaryEmail) !== foldCase(after.primaryEmail)) {
    if (before) events.push(emailReleased(accountId, before.primaryEmail));
    events.push(emailTaken(accountId, after.primaryEmail));
  }
  if (before && (before.managerId ?? null) !== (after.managerId ?? null)) events.push(chainEvent(accountId, after.id));
  if (before && before.disabled !== after.disabled) {
    const by = { userIds: await linkedUserIds(tx, accountId, after.id), ownId: true };
    events.push(...(after.disabled ? managerLost : managerFound)(accountId, after.id, by));
  }
  const records = letGo.map((id) => ({ kind: USER, id, cause: "person_changed" as const }));
  await markConcerned(tx, accountId, { events, records }, traceparent);
}

/** Marks whom it concerns that a SCIM user has let go of a person for good. Needs `holdReconcile` before that. */
export async function markPersonLetGo(
  tx: SqlEntityManager,
  accountId: string,
  scimUserId: string,
  personId: string,
  traceparent: string | undefined,
): Promise<void> {
  const [person] = await query<{ primaryEmail: string }>(
    tx,
    `select primary_email as "primaryEmail" from person where account_id = $1 and id = $2`,
    [accountId, personId],
  );
  if (!person) return;
  const lost = managerLost(accountId, personId, { userIds: [scimUserId] });
  await markConcerned(tx, accountId, { events: [emailReleased(accountId, person.primaryEmail), ...lost] }, traceparent);
}

async function linkedUserIds(tx: SqlEntityManager, accountId: string, personId: string): Promise<string[]> {
  const text = "select scim_user_id as id from scim_user_mapping where account_id = $1 and person_id = $2";
  return (await query<{ id: string }>(tx, text, [accountId, personId])).map(({ id }) => id);
}
