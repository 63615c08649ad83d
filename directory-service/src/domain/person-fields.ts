import type { Contact, Person, PersonAddress } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import type { FieldViolation } from "@rollcall/runtime/status";
import { validate as isUuid } from "uuid";
import { emailFault, type Fault, localeFault, textFault, timeZoneFault } from "./field-faults.ts";
import { foldCase } from "./fold-case.ts";
import type { PersonEntity } from "./person.ts";
import {
  ADDRESS_LIMITS,
  CONTACT_LABELS,
  CONTACT_URI_LIMIT,
  isAddressLabel,
  PERSON_TEXT_LIMITS as LIMITS,
} from "./person-limits.ts";

/** What a caller may write of a person: the entity's fields that a contract field fills. */
export type PersonValues = Partial<
  Omit<PersonEntity, "accountId" | "id" | "version" | "origins" | "createTime" | "updateTime">
>;

interface PersonField {
  faults(person: Person): FieldViolation[];
  values(person: Person): PersonValues;
}

/** The fields of update_mask, each with its checks. */
export const PERSON_FIELDS: Readonly<Record<string, PersonField>> = {
  name: field(
    "name",
    ({ name }) => textFault(name, LIMITS.name, { required: true }),
    ({ name }) => ({ name }),
  ),
  primary_email: field(
    "primary_email",
    ({ primaryEmail }) => emailFault(primaryEmail, LIMITS.primary_email),
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
  job_title: text("job_title", "jobTitle"),
  location: text("location", "location"),
  employee_id: text("employee_id", "employeeId"),
  support_id: text("support_id", "supportId"),
  cost_center: text("cost_center", "costCenter"),
  vip: field("vip", none, ({ vip }) => ({ vip })),
  disabled: field("disabled", none, ({ disabled }) => ({ disabled })),
  locale: field(
    "locale",
    ({ locale }) => localeFault(locale),
    ({ locale }) => ({ locale: locale || null }),
  ),
  preferred_language: text("preferred_language", "preferredLanguage"),
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
  name: keyof typeof LIMITS,
  key: "jobTitle" | "location" | "employeeId" | "supportId" | "costCenter" | "preferredLanguage",
): PersonField {
  return field(
    name,
    (person) => textFault(person[key], LIMITS[name]),
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

function contactFaults({ protocol, label, uri }: Contact, path: string): FieldViolation[] {
  const labels = CONTACT_LABELS[protocol];
  if (!labels) return violation(`${path}.protocol`, "must be TELEPHONE or EMAIL.");
  return [
    ...violation(`${path}.label`, labels.includes(label) ? undefined : `must be one of ${labels.join(", ")}.`),
    ...violation(`${path}.uri`, textFault(uri, CONTACT_URI_LIMIT, { required: true })),
  ];
}

function addressFaults({ label, address, city, state, zip, country }: PersonAddress, path: string): FieldViolation[] {
  return [
    ...violation(`${path}.label`, isAddressLabel(label) ? undefined : "must be home or mailing."),
    ...violation(`${path}.address`, textFault(address, ADDRESS_LIMITS.address)),
    ...violation(`${path}.city`, textFault(city, ADDRESS_LIMITS.city)),
    ...violation(`${path}.state`, textFault(state, ADDRESS_LIMITS.state)),
    ...violation(`${path}.zip`, textFault(zip, ADDRESS_LIMITS.zip)),
    ...violation(`${path}.country`, /^([A-Z]{2})?$/.test(country) ? undefined : "must be an ISO 3166-1 alpha-2 code."),
  ];
}
