import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type NamedOrganization, organizationEvents } from "./lookup-events.ts";
import { markConcerned } from "./mark-concerned.ts";
import { rulesMayName } from "./rules-may-name.ts";

/**
 * Marks whom it concerns that an organization was created or changed by hand: who looked it
 * up, and the groups that are linked to it. Needs `holdReconcile` before the change.
 */
export async function markOrganizationChange(
  tx: SqlEntityManager,
  accountId: string,
  before: NamedOrganization | undefined,
  after: NamedOrganization,
  traceparent: string | undefined,
): Promise<void> {
  const events = organizationEvents(accountId, before, after);
  const organizations = (await concernsGroups(tx, accountId, before, after)) ? [{ id: after.id }] : [];
  await markConcerned(tx, accountId, { events, organizations }, traceparent);
}

/** Its groups want it to have their name. Whether it is disabled says nothing to most rules. */
async function concernsGroups(
  tx: SqlEntityManager,
  accountId: string,
  before: NamedOrganization | undefined,
  after: NamedOrganization,
): Promise<boolean> {
  if (!before || before.name !== after.name) return before !== undefined;
  if (before.disabled === after.disabled) return false;
  const mayName = await rulesMayName(tx, accountId, ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP);
  return mayName("disabled");
}
