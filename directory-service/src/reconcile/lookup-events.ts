import { candidateKey } from "../domain/candidate-keys.ts";
import { foldCase } from "../domain/fold-case.ts";
import type { Cause } from "../storage/dirty-records.ts";

/** Something that a mapping may have looked up is there now, or is so no longer. */
export interface LookupEvent {
  key: string;
  cause: Cause;
  /** What can be found now. Users whose people have it already learn nothing new. */
  organizationId?: string;
  managerId?: string;
}

/** What lookups of an organization go by. */
export interface NamedOrganization {
  id: string;
  name: string;
  disabled: boolean;
}

/** What the creation or a change of an organization does to lookups. */
export function organizationEvents(
  accountId: string,
  before: NamedOrganization | undefined,
  after: NamedOrganization,
): LookupEvent[] {
  const cause: Cause = "organization_changed";
  const key = (...of: [kind: "organization_name" | "organization" | "taken_name", value: string]) =>
    candidateKey(accountId, ...of);
  const renamed = before !== undefined && foldCase(before.name) !== foldCase(after.name);
  const [wasFound, isFound] = [before?.disabled === false, !after.disabled];
  const events: LookupEvent[] = [];
  if (renamed) events.push({ key: key("taken_name", before.name), cause });
  if (before && wasFound && (renamed || !isFound)) events.push({ key: key("organization_name", before.name), cause });
  if (isFound && (renamed || !wasFound))
    events.push({ key: key("organization_name", after.name), cause, organizationId: after.id });
  if (before && wasFound !== isFound)
    events.push({ key: key("organization", after.id), cause, ...(isFound && { organizationId: after.id }) });
  return events;
}

/** Nobody has an e-mail any more, or somebody whom another SCIM user may have. */
export function emailReleased(accountId: string, email: string): LookupEvent {
  return { key: candidateKey(accountId, "email", email), cause: "person_released" };
}

/** A person has an e-mail that nobody had, or that somebody else had. */
export function emailTaken(accountId: string, email: string): LookupEvent {
  return { key: candidateKey(accountId, "email", email), cause: "person_changed" };
}

/** A person can be found as the manager now, by the SCIM users' ids or by their own. */
export function managerFound(
  accountId: string,
  personId: string,
  by: { userIds?: readonly string[]; ownId?: boolean },
): LookupEvent[] {
  return managerKeys(accountId, personId, by).map((key) => ({ key, cause: "manager_linked", managerId: personId }));
}

/** A person can be found as the manager no longer, by the SCIM users' ids or by their own. */
export function managerLost(
  accountId: string,
  personId: string,
  by: { userIds?: readonly string[]; ownId?: boolean },
): LookupEvent[] {
  return managerKeys(accountId, personId, by).map((key) => ({ key, cause: "manager_unlinked" }));
}

/** A person reports to somebody else: managers that would have closed a circle may not do so any more. */
export function chainEvent(accountId: string, personId: string): LookupEvent {
  return { key: candidateKey(accountId, "manager_of", personId), cause: "manager_linked" };
}

function managerKeys(
  accountId: string,
  personId: string,
  { userIds = [], ownId = false }: { userIds?: readonly string[]; ownId?: boolean },
): string[] {
  const own = ownId ? [candidateKey(accountId, "person", personId)] : [];
  return [...own, ...userIds.map((id) => candidateKey(accountId, "scim_user", id))];
}
