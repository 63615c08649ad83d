import type { PersonAddress } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ADDRESS_LIMITS, isAddressLabel } from "../../domain/person-limits.ts";
import type { Json } from "../rules/variables.ts";
import { countryCode } from "./country.ts";
import { type FieldContext, FieldError, limitedText } from "./field-value.ts";

// The longest name that is worth looking up.
const COUNTRY_NAME_LIMIT = 128;

/**
 * The person's addresses with those that a rule gives in place of those that
 * rules gave before, as with contacts. A country that is neither a code nor an
 * English name is left out of its address with a warning. Null keeps all.
 */
export function toAddresses(field: string, value: Json, { person, warnings }: FieldContext): Json | undefined {
  if (value === null) return undefined;
  if (!Array.isArray(value)) throw new FieldError(`${field} needs a list.`);
  const given = new Map<string, PersonAddress>();
  for (const item of value) {
    const address = toAddress(field, item, warnings);
    if (address) given.set(JSON.stringify(address), address);
  }
  const byHand = person.addresses.filter(({ integration }) => !integration);
  return [...byHand, ...given.values()] as unknown as Json;
}

/** The same keys in the same order, so that two addresses compare as JSON. */
export function addressInOrder(address: PersonAddress): PersonAddress {
  return {
    label: address.label ?? "",
    address: address.address ?? "",
    city: address.city ?? "",
    state: address.state ?? "",
    zip: address.zip ?? "",
    country: address.country ?? "",
    integration: address.integration ?? false,
  };
}

function toAddress(field: string, item: Json, warnings: string[]): PersonAddress | undefined {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    throw new FieldError(`${field} needs a list of objects with label, address, city, state, zip and country.`);
  const label = item["label"];
  if (!isAddressLabel(label)) throw new FieldError(`${field} needs the label "home" or "mailing".`);
  const part = (name: string, limit: number) => limitedText(`${name} in ${field}`, item[name], limit) ?? "";
  const address = {
    label,
    address: part("address", ADDRESS_LIMITS.address),
    city: part("city", ADDRESS_LIMITS.city),
    state: part("state", ADDRESS_LIMITS.state),
    zip: part("zip", ADDRESS_LIMITS.zip),
    country: country(part("country", COUNTRY_NAME_LIMIT), warnings),
    integration: true,
  };
  return address.address || address.city || address.state || address.zip || address.country ? address : undefined;
}

function country(given: string, warnings: string[]): string {
  if (given === "") return "";
  const code = countryCode(given);
  if (code === undefined) warnings.push(`The country "${given}" is not known and is left out of the address.`);
  return code ?? "";
}
