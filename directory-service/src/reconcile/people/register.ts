import { foldCase } from "../../domain/fold-case.ts";
import type { PersonOrigin } from "../../domain/person-origin.ts";
import { addressInOrder } from "./addresses.ts";
import { contactInOrder } from "./contacts.ts";
import type { LoadedPerson, UserRecord } from "./load.ts";
import type { PersonState } from "./person.ts";

/**
 * Who is who within a batch: the people concerned as the batch has left them
 * so far, by id and by e-mail, and which SCIM user holds the link to each.
 */
export interface Register {
  byId: Map<string, PersonState>;
  byEmail: Map<string, PersonState>;
  links: Map<string, { userId: string; deleted: boolean }>;
  /** Where the fields of those in the database have their values from. */
  origins: Map<string, readonly PersonOrigin[]>;
}

/** Fills a register with people from the database. */
export function registerOf(people: LoadedPerson[]): Register {
  const register: Register = { byId: new Map(), byEmail: new Map(), links: new Map(), origins: new Map() };
  for (const { linkedUserId, linkedUserDeleted, origins, ...row } of people) {
    // PostgreSQL orders the keys of jsonb by itself.
    const contacts = row.contacts.map(contactInOrder);
    const person = { ...row, contacts, addresses: row.addresses.map(addressInOrder) };
    register.byId.set(person.id, person);
    register.origins.set(person.id, origins);
    register.byEmail.set(foldCase(person.primaryEmail), person);
    if (linkedUserId) register.links.set(person.id, { userId: linkedUserId, deleted: linkedUserDeleted === true });
  }
  return register;
}

/**
 * The person of a SCIM user: the one it is linked to, else the one with the
 * e-mail, disabled people included. The first link stands: a person that
 * another SCIM user holds is a conflict, unless that one is deleted. A deleted
 * user never takes a person.
 */
export function findPerson(
  register: Register,
  user: UserRecord,
  email: string | null,
): { person?: PersonState; conflict?: string } {
  const linked = linkedPerson(register, user);
  if (linked) return { person: linked };
  const { byEmail, links } = register;
  const person = email === null || user.deleted ? undefined : byEmail.get(foldCase(email));
  if (!person) return {};
  const link = links.get(person.id);
  if (link && link.userId !== user.id && !link.deleted)
    return { conflict: `The person with this primary e-mail is already linked to SCIM user ${link.userId}.` };
  return { person };
}

/** The person whose link the SCIM user holds. */
export function linkedPerson({ byId, links }: Register, user: UserRecord): PersonState | undefined {
  const person = user.personId ? byId.get(user.personId) : undefined;
  return person && links.get(person.id)?.userId === user.id ? person : undefined;
}

/**
 * Enters what a run makes of a person, so that later runs of the batch see it.
 * Answers the deleted SCIM user that loses its link, if one does.
 */
export function enter(
  { byId, byEmail, links }: Register,
  user: UserRecord,
  before: PersonState | undefined,
  after: PersonState,
): { unlinked?: string } {
  // Where two change places, the other may have it already.
  const key = before && foldCase(before.primaryEmail);
  if (key !== undefined && byEmail.get(key)?.id === after.id) byEmail.delete(key);
  byEmail.set(foldCase(after.primaryEmail), after);
  byId.set(after.id, after);
  const link = links.get(after.id);
  links.set(after.id, { userId: user.id, deleted: user.deleted });
  return link && link.userId !== user.id ? { unlinked: link.userId } : {};
}

/** The other person who has the e-mail, if one does. */
export function holderOf({ byEmail }: Register, person: PersonState): PersonState | undefined {
  const holder = byEmail.get(foldCase(person.primaryEmail));
  return holder && holder.id !== person.id ? holder : undefined;
}
