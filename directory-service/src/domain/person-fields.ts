import {
  type Contact,
  ContactProtocol,
  type Person,
  type PersonAddress,
} from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import type { FieldViolation } from "@rollcall/runtime/status";
import { validate as isUuid } from "uuid";
import { emailFault, type Fault, localeFault, textFault, timeZoneFault } from "./field-faults.ts";
import { foldCase } from "./fold-case.ts";
import type { PersonEntity } from "./person.ts";

/** What a caller may write of a person: the entity's fields that a contract field fills. */
export type PersonValues = Partial<Omit<PersonEntity, "accountId" | "id" | "version" | "createTime" | "updateTime">>;

interface PersonField {
  faults(person: Person): FieldViolation[];
  values(person: Person): PersonValues;
}

/** The fields of update_mask, each with its checks. */
export const PERSON_FIELDS: Readonly<Record<string, PersonField>> = {
  name: field(
    "name",
    ({ name }) => textFault(name, 128, { required: true }),
    ({ name }) => ({ name }),
  ),
  primary_email: field(
    "primary_email",
    ({ primaryEmail }) => emailFault(primaryEmail, 128),
    ({ primaryEmail }) => ({ primaryEmail, primaryEmailKey: foldCase(primaryEmail) }),
  ),
  organization_id: field(
    "organization_id",
    ({ organizationId }) => referenceFault(organizationId, "an organization"),
    // "" is the account's own, which only the database knows.
    ({ organizationId }) => ({ organizationId }),
  ),
  manager_id: field(
    "manager_id",
    ({ id, managerId }) =>
      id !== "" && managerId === id ? "must be somebody else." : referenceFault(managerId, "a person"),
    ({ managerId }) => ({ managerId: managerId || null }),
  ),
  job_title: text("job_title", "jobTitle", 80),
  location: text("location", "location", 80),
  employee_id: text("employee_id", "employeeId", 128),
  support_id: text("support_id", "supportId", 50),
  cost_center: text("cost_center", "costCenter", 128),
  vip: field("vip", none, ({ vip }) => ({ vip })),
  disabled: field("disabled", none, ({ disabled }) => ({ disabled })),
  locale: field(
    "locale",
    ({ locale }) => localeFault(locale),
    ({ locale }) => ({ locale: locale || null }),
  ),
  preferred_language: text("preferred_language", "preferredLanguage", 128),
  time_zone: field(
    "time_zone",
    ({ timeZone }) => timeZoneFault(timeZone),
    ({ timeZone }) => ({ timeZone: timeZone || null }),
  ),
  contacts: {
    faults: ({ contacts }) => contacts.flatMap((contact, index) => contactFaults(contact, `contacts[${index}]`)),
    values: ({ contacts }) => ({ contacts }),
  },
  addresses: {
    faults: ({ addresses }) => addresses.flatMap((address, index) => addressFaults(address, `addresses[${index}]`)),
    values: ({ addresses }) => ({ addresses }),
  },
};

function field(name: string, fault: (person: Person) => Fault, values: (person: Person) => PersonValues): PersonField {
  return { faults: (person) => violation(name, fault(person)), values };
}

function text(
  name: string,
  key: "jobTitle" | "location" | "employeeId" | "supportId" | "costCenter" | "preferredLanguage",
  limit: number,
): PersonField {
  return field(
    name,
    (person) => textFault(person[key], limit),
    (person) => ({ [key]: person[key] || null }),
  );
}

function none(): Fault {
  return undefined;
}

function violation(field: string, fault: Fault): FieldViolation[] {
  return fault === undefined ? [] : [{ field, description: fault }];
}

function referenceFault(id: string, what: string): Fault {
  return id === "" || isUuid(id) ? undefined : `must be the id of ${what}.`;
}

const LABELS: Partial<Record<ContactProtocol, readonly string[]>> = {
  [ContactProtocol.CONTACT_PROTOCOL_TELEPHONE]: ["work", "home", "mobile", "fax"],
  [ContactProtocol.CONTACT_PROTOCOL_EMAIL]: ["work", "personal"],
};

function contactFaults({ protocol, label, uri }: Contact, path: string): FieldViolation[] {
  const labels = LABELS[protocol];
  if (!labels) return violation(`${path}.protocol`, "must be TELEPHONE or EMAIL.");
  return [
    ...violation(`${path}.label`, labels.includes(label) ? undefined : `must be one of ${labels.join(", ")}.`),
    ...violation(`${path}.uri`, textFault(uri, 255, { required: true })),
  ];
}

function addressFaults({ label, address, city, state, zip, country }: PersonAddress, path: string): FieldViolation[] {
  return [
    ...violation(`${path}.label`, label === "home" || label === "mailing" ? undefined : "must be home or mailing."),
    ...violation(`${path}.address`, textFault(address, 1_024)),
    ...violation(`${path}.city`, textFault(city, 128)),
    ...violation(`${path}.state`, textFault(state, 128)),
    ...violation(`${path}.zip`, textFault(zip, 20)),
    ...violation(`${path}.country`, /^([A-Z]{2})?$/.test(country) ? undefined : "must be an ISO 3166-1 alpha-2 code."),
  ];
}
