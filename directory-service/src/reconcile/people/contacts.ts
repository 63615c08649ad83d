import { type Contact, ContactProtocol } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { CONTACT_LABELS, CONTACT_URI_LIMIT } from "../../domain/person-limits.ts";
import type { Json } from "../rules/variables.ts";
import { type FieldContext, FieldError, limitedText } from "./field-value.ts";

const protocols = new Map<Json | undefined, ContactProtocol>([
  ["telephone", ContactProtocol.CONTACT_PROTOCOL_TELEPHONE],
  ["email", ContactProtocol.CONTACT_PROTOCOL_EMAIL],
]);

/**
 * The person's contacts with those that a rule gives in place of those that
 * rules gave before. What people added by hand stays. One with a label that its
 * protocol does not have is left out with a warning. Null keeps all.
 */
export function toContacts(field: string, value: Json, { person, warnings }: FieldContext): Json | undefined {
  if (value === null) return undefined;
  if (!Array.isArray(value)) throw new FieldError(`${field} needs a list.`);
  const given = new Map<string, Contact>();
  for (const item of value) {
    const contact = toContact(field, item, warnings);
    if (contact) given.set(JSON.stringify(contact), contact);
  }
  const byHand = person.contacts.filter(({ integration }) => !integration);
  return [...byHand, ...given.values()] as unknown as Json;
}

/** The same keys in the same order, so that two contacts compare as JSON. */
export function contactInOrder({ protocol, label, uri, integration }: Contact): Contact {
  return { protocol: protocol ?? 0, label: label ?? "", uri: uri ?? "", integration: integration ?? false };
}

function toContact(field: string, item: Json, warnings: string[]): Contact | undefined {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    throw new FieldError(`${field} needs a list of objects with protocol, label and uri.`);
  const protocol = protocols.get(item["protocol"]);
  if (protocol === undefined) throw new FieldError(`${field} needs the protocol "telephone" or "email".`);
  const uri = limitedText(`uri in ${field}`, item["uri"], CONTACT_URI_LIMIT);
  if (uri === undefined) return undefined;
  const label = String(item["label"] ?? "");
  if (!CONTACT_LABELS[protocol]?.includes(label)) {
    warnings.push(`A ${item["protocol"]} contact with the label "${label}" is left out.`);
    return undefined;
  }
  return contactInOrder({ protocol, label, uri, integration: true });
}
