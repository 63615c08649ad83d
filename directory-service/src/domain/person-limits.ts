import { ContactProtocol } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";

/** Characters that a person's text fields hold at most, by contract name. */
export const PERSON_TEXT_LIMITS = {
  name: 128,
  primary_email: 128,
  job_title: 80,
  location: 80,
  employee_id: 128,
  support_id: 50,
  cost_center: 128,
  preferred_language: 128,
  source: 30,
  source_id: 128,
} as const;

/** Characters that a contact's uri holds at most. */
export const CONTACT_URI_LIMIT = 255;

/** The labels that contacts of a protocol may have. */
export const CONTACT_LABELS: Readonly<Partial<Record<ContactProtocol, readonly string[]>>> = {
  [ContactProtocol.CONTACT_PROTOCOL_TELEPHONE]: ["work", "home", "mobile", "fax"],
  [ContactProtocol.CONTACT_PROTOCOL_EMAIL]: ["work", "personal"],
};

/** Characters that the parts of an address hold at most. */
export const ADDRESS_LIMITS = { address: 1_024, city: 128, state: 128, zip: 20 } as const;

/** Whether an address may have the label. */
export function isAddressLabel(label: unknown): label is "home" | "mailing" {
  return label === "home" || label === "mailing";
}
