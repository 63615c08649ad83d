import { hash } from "node:crypto";
import { foldCase } from "./fold-case.ts";

/**
 * What the mapping of a SCIM record looks up besides the record itself.
 *
 * - `organization_name`: the enabled organization of a name.
 * - `organization`: the enabled organization with an id.
 * - `taken_name`: a name that another organization has, disabled or not.
 * - `scim_user`: the enabled person of the SCIM user with an id.
 * - `person`: the enabled person with an id.
 * - `manager_of`: whom a person reports to, as far as it closes a circle.
 * - `email`: the person with a primary e-mail, and who holds that person.
 */
export type CandidateKind =
  | "organization_name"
  | "organization"
  | "taken_name"
  | "scim_user"
  | "person"
  | "manager_of"
  | "email";

/**
 * The key of something looked up, for the columns `candidate_keys`: a 64-bit hash
 * as a text, since PostgreSQL's bigint is wider than a JavaScript number. Letter
 * case makes no difference. Hashes may meet, so a record may run for nothing,
 * but none is missed. Whoever changes how keys are made has all records mapped
 * anew in a migration: marks look for new keys only.
 */
export function candidateKey(accountId: string, kind: CandidateKind, value: string): string {
  // No part but the last can have U+0000 in it.
  const digest = hash("sha256", `${accountId}\0${kind}\0${foldCase(value)}`);
  return String(BigInt.asIntN(64, BigInt(`0x${digest.slice(0, 16)}`)));
}

/** Keys as they are stored: sorted, each once, so that those of two runs that looked up the same are equal. */
export function sortedKeys(keys: Iterable<string>): string[] {
  return [...BigInt64Array.from(new Set(keys), BigInt).sort()].map(String);
}
