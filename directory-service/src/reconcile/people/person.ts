import type { Contact, PersonAddress } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import type { JsonObject } from "../rules/variables.ts";

/** A person as reconcile reads and writes it. Null: no value. */
export interface PersonState {
  id: string;
  name: string;
  primaryEmail: string;
  organizationId: string;
  managerId: string | null;
  jobTitle: string | null;
  location: string | null;
  employeeId: string | null;
  supportId: string | null;
  costCenter: string | null;
  vip: boolean;
  disabled: boolean;
  locale: string | null;
  preferredLanguage: string | null;
  timeZone: string | null;
  contacts: Contact[];
  addresses: PersonAddress[];
  source: string | null;
  sourceId: string | null;
}

/** The contract's name of a field that rules set. Rules name a reference by what it refers to, the contract by its id. */
export function contractField(name: string): string {
  return name === "organization" || name === "manager" ? `${name}_id` : name;
}

/** A new person before any field is set. */
export function newPerson(id: string, organizationId: string): PersonState {
  return {
    id,
    name: "",
    primaryEmail: "",
    organizationId,
    managerId: null,
    jobTitle: null,
    location: null,
    employeeId: null,
    supportId: null,
    costCenter: null,
    vip: false,
    disabled: false,
    locale: null,
    preferredLanguage: null,
    timeZone: null,
    contacts: [],
    addresses: [],
    source: null,
    sourceId: null,
  };
}

/** The variable `person`. `linked`: to this very SCIM user already. */
export function personVariable(person: PersonState | undefined, linked: boolean): JsonObject {
  if (!person) return {};
  const { contacts: _contacts, addresses: _addresses, ...fields } = person;
  return { ...fields, exists: true, linked };
}
